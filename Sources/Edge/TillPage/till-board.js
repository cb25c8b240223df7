"use strict";
// The chips at the top, the tills, and what has been sold lately.
let drawn = {}, chosen = null;
function hideWork() { $("reports").hidden = true; drawn = {}; }
function showWork(who) { $("reports").hidden = !may("reports"); }
const may = right => me && me.rights.includes(right);
function current() { return board.tills.find(till => till.id === chosen) || board.tills[0]; }
// Only what has changed is drawn anew: a button that is pressed must not be taken away under the finger.
function part(id, state, nodes) {
  const text = JSON.stringify(state) + (me && me.name) + chosen;
  if (drawn[id] === text) return;
  drawn[id] = text;
  $(id).replaceChildren(...nodes());
}
function draw() {
  if (!me || !board || !board.tills) return;
  $("link").className = "chip " + (board.link ? "good" : "bad");
  $("link").replaceChildren(board.link ? both("平台在线", "online") : both("平台离线", "OFFLINE"));
  $("box").hidden = !board.problems.length;
  $("box").replaceChildren(...board.problems.map(each => both(each.zh, each.en)));
  const ready = board.ready;
  $("ready").hidden = !ready;
  if (ready) $("ready").replaceChildren(both("可离线 " + ready.offline + "/" + ready.known, "ready offline"));
  const till = current();
  part("tills", board.tills.map(each => [each.id, each.alarms, each.period, each.counts]), () => board.tills.map(tab));
  const offered = [till.id, till.mode, till.menu, till.weight, till.people, till.sale && till.sale.stage];
  part("goods", offered, () => goods(till));
  part("sale", [till.id, till.sale, till.turnstile, till.alarms, till.mode, till.passes], () => saleOf(till));
  part("last", [till.id, till.last, till.counts], () => lastOf(till));
}
function tab(till) {
  const node = el("button", (till === current() ? "chosen" : "") + (till.alarms.length ? " alarmed" : ""));
  node.type = "button"; node.setAttribute("aria-pressed", till === current());
  node.append(el("strong", "", till.id), " ");
  if (till.period) node.append(both(till.period.zh, till.period.en));
  node.addEventListener("click", () => { chosen = till.id; drawn = {}; draw(); });
  return node;
}
function lastOf(till) {
  const counts = el("p", "counts soft",
    both("已服务 " + till.counts.served, "served"), both("合计 " + yuan(till.counts.sum), "sum"),
    both("已退或撤销 " + till.counts.undone, "given back or undone"));
  if (!till.last.length) return [counts, el("p", "empty", both("还没有交易", "Nothing sold yet"))];
  const table = el("table", "");
  for (const each of till.last) {
    const row = el("tr", "", el("td", "soft", clock(each.at).slice(-5)), el("td", "", each.who || "—"),
      el("td", "", both(each.zh, each.en)), el("td", "soft", ...how(each)),
      el("td", "n" + (each.standing === "paid" ? "" : " off"), yuan(each.amount)),
      el("td", "", ...corrections(till, each)));
    table.append(row);
  }
  return [el("h2", "", both("最近十笔", "Last ten")), counts, table];
}
function how(each) {
  const parts = each.how ? [both(...words(HOW, each.how))] : [];
  if (each.offline) parts.push(" ", both("离线", "offline"));
  return parts;
}
function corrections(till, each) {
  if (each.standing === "undone" || each.returned >= each.amount && each.amount > 0) return [];
  return (each.payment ? ["correct", "refund"] : ["correct"]).filter(name => may(name)).map(name => {
    const label = name === "correct" ? ["更正", "Correct"] : ["退款", "Refund"];
    const node = el("button", "", both(...label));
    node.type = "button";
    node.addEventListener("click", () => giveBack(till, each, name, label));
    return node;
  });
}
// A correction takes the whole sale back, so that it can be keyed anew; a refund gives back what is asked for.
function giveBack(till, each, name, label) {
  const nodes = [el("p", "", (each.who || "") + " ", el("strong", "", yuan(each.amount)))];
  const value = ((each.amount - each.returned) / 100).toFixed(2);
  const field = { name: "yuan", zh: "金额", en: "Amount", mode: "decimal", value };
  if (name === "refund") nodes.push(input(field));
  nodes.push(...reason(WHY[name]));
  dialog(both(...label), nodes, both("确认", "Confirm"), true, async form => {
    const body = { till: till.id, sale: each.sale, payment: each.payment, amount: each.amount };
    const fault = fill(body, { fields: name === "refund" ? [field] : [], why: WHY[name] }, form);
    if (fault) return fault;
    if (name === "refund" && (body.amount < 1 || body.amount > each.amount - each.returned)) {
      return "最多 At most " + yuan(each.amount - each.returned);
    }
    const reply = await act(name, body);
    return reply.ok ? null : reply.error;
  });
}
$("reports").addEventListener("click", () => {
  const list = (board && board.reports || []).map(each => {
    const link = el("a", "", both(each.zh, each.en));
    link.href = "/periods/" + each.id;
    return link;
  });
  const empty = el("p", "empty", both("还没有报表", "No report yet"));
  dialog(both("餐次报表", "Meal periods"), list.length ? [el("div", "reports", ...list)] : [empty], "", false, null);
});
