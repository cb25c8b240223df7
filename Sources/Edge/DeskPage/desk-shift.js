"use strict";
// The shifts of the cash drawer, and their reports.
const PIECES = [10000, 5000, 2000, 1000, 500, 100, 50, 10];
$("shiftButton").addEventListener("click", () => {
  if (!board) return;
  const list = reportList();
  if (board.printer) list.prepend(el("p", "error", both(board.printer.zh, board.printer.en)));
  const reports = list.childNodes.length ? [el("h2", "", both("交班报表", "Reports")), list] : [];
  if (!me.rights.includes("shift")) return dialog(both("班次", "Shifts"), reports, "", false, null);
  const why = board.shiftAnswer;
  const answer = why && !why.done ? el("p", "error", both(why.zh, why.en)) : null;
  if (board.shift) closeShift(board.shift, answer, reports); else openShift(answer, reports);
});
function reportList() {
  const list = el("div", "reports");
  for (const each of [...board.shifts].reverse()) {
    if (!me.rights.includes("reports") && each.who !== me.name) continue;
    const difference = each.difference === 0 ? "✓" : yuan(each.difference);
    const link = el("a", "", clock(each.closed) + " " + each.who + " ", difference);
    link.href = "/shifts/" + encodeURIComponent(each.id);
    list.append(link);
  }
  return list;
}
function openShift(answer, reports) {
  const field = input(
    { name: "float", zh: "备用金（元）", en: "Float in the drawer, yuan", mode: "decimal", value: "0" });
  const nodes = [answer, field, ...reports].filter(Boolean);
  dialog(both("开班", "Open a shift"), nodes, both("开班", "Open"), false, async form => {
    const float = fen(form.elements.float.value.trim());
    if (float === null) return NO_AMOUNT;
    const reply = await act("openShift", { float });
    return reply.ok ? null : reply.error;
  });
}
function closeShift(shift, answer, reports) {
  const sum = el("span", "", yuan(0)), left = el("span", "");
  const count = el("div", "count");
  for (const value of PIECES) {
    const box = el("input");
    box.type = "number"; box.min = 0; box.max = 100000; box.inputMode = "numeric";
    box.name = "p" + value; box.placeholder = "0";
    count.append(el("label", "", yuan(value), box));
  }
  const next = el("input"); next.name = "next"; next.maxLength = 20; next.autocomplete = "off";
  const facts = el("p", "",
    both("当班 " + shift.who + " 自 " + clock(shift.since), "on duty since then"), el("br"),
    both("收现金 " + shift.cashPayments + " 笔 " + yuan(shift.cash), "cash payments"), el("br"),
    both("应有现金 " + yuan(shift.expected), "expected in the drawer"));
  const nodes = [
    answer, facts, count, el("div", "sum", both("实点", "Counted"), sum),
    el("div", "sum", both("差额", "Difference"), left),
    el("label", "", both("接班人（可空）", "Who takes over (may be empty)"), next), ...reports,
  ].filter(Boolean);
  const pieces = value => Number($("dialogForm").elements["p" + value].value) || 0;
  const total = () => PIECES.reduce((all, value) => all + value * pieces(value), 0);
  dialog(both("交班", "Close the shift"), nodes, both("交班", "Close"), false, async form => {
    const counts = {};
    for (const value of PIECES) if (pieces(value)) counts[value] = pieces(value);
    const body = { counts }, name = form.elements.next.value.trim();
    if (name) body.next = name;
    const reply = await act("closeShift", body);
    return reply.ok ? null : reply.error;
  });
  const show = () => { sum.textContent = yuan(total()); left.textContent = yuan(total() - shift.expected); };
  count.addEventListener("input", show); show();
}
