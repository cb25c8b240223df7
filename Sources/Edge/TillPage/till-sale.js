"use strict";
// What can be sold, and the sale at the till.
let keyed = "";
const BUSY = ["paying", "writing", "waitingForGate"];
function goods(till) {
  const busy = till.sale && BUSY.includes(till.sale.stage);
  if (till.mode === "menu") return [el("h2", "", both("菜单", "Menu")), menu(till, busy)];
  if (till.mode === "keyed") return [el("h2", "", both("金额", "Amount")), ...keypad(till, busy)];
  if (till.mode === "weighed") return [el("h2", "", both("称重", "Weighing")), ...scale(till, busy)];
  if (till.mode === "tickets") return [el("h2", "", both("验票", "Tickets")), ...tickets(till)];
  return [el("p", "empty", both(...({
    fixedPrice: ["定价就餐：请就餐者刷脸、刷卡或扫码", "Fixed price: the guest shows a face, a card or a code"],
    countOnly: ["只计次数，不收款", "Counted only, nothing is charged"],
    passOnly: ["只验证身份", "Only passes are checked"],
    closed: ["现在不供餐", "No meal is served now"],
  }[till.mode] || [till.mode, till.mode])))];
}
// How many come in on the next ticket, and a code that no scanner reads.
function tickets(till) {
  const count = el("div", "items");
  for (const people of [1, 2, 3, 4, 5, 6, 8, 10]) {
    const label = both(people + " 人", people === 1 ? "person" : "people");
    const node = el("button", till.people === people ? "chosen" : "", label);
    node.type = "button"; node.disabled = !may("people");
    node.addEventListener("click", () => act("people", { till: till.id, people }));
    count.append(node);
  }
  const hand = el("button", "main", both("输入票码", "Key a ticket"));
  hand.type = "button"; hand.disabled = !may("ticket");
  hand.addEventListener("click", () => ticket(till));
  return [el("p", "soft", both("下一张票的人数；不选则按票面", "How many on the next ticket; none chosen: as it says")), count, hand];
}
function ticket(till) {
  const code = { name: "code", zh: "票码", en: "The ticket's code" };
  const value = till.people ? String(till.people) : "";
  const people = { name: "people", zh: "人数", en: "People", mode: "numeric", value };
  const count = input(people);
  count.querySelector("input").required = false;
  dialog(both("输入票码", "Key a ticket"), [input(code), count], both("确认", "Confirm"), false, async form => {
    const said = form.elements.people.value.trim(), body = { till: till.id, code: form.elements.code.value.trim() };
    if (said && !/^[0-9]{1,3}$/.test(said)) return "人数 People: 1 - 255";
    if (said) body.people = Number(said);
    const reply = await act("ticket", body);
    return reply.ok ? null : reply.error;
  });
}
function menu(till, busy) {
  if (!till.menu.length) return el("p", "empty", both("本餐次没有菜品", "Nothing is on the menu now"));
  const grid = el("div", "items");
  for (const item of till.menu) {
    const node = el("button", item.left !== undefined && item.left <= 5 ? "low" : "", both(item.zh, item.en),
      el("span", "price", yuan(item.price)));
    if (item.left !== undefined) node.append(el("span", "left", both("剩 " + item.left, "left")));
    node.type = "button"; node.disabled = busy || item.left === 0;
    node.addEventListener("click", () => act("item", { till: till.id, item: item.id, count: 1 }));
    grid.append(node);
  }
  return grid;
}
function keypad(till, busy) {
  const shown = el("div", "display", keyed ? "¥" + keyed : "¥0");
  const press = key => {
    if (key === "⌫") keyed = keyed.slice(0, -1);
    else if (/^\d{0,5}(\.\d{0,2})?$/.test(keyed + key)) keyed += key;
    shown.textContent = keyed ? "¥" + keyed : "¥0";
  };
  const keys = el("div", "keys");
  for (const key of ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "⌫"]) {
    const node = el("button", "", key);
    node.type = "button"; node.disabled = busy; node.addEventListener("click", () => press(key));
    keys.append(node);
  }
  const add = el("button", "main", both("加入", "Add"));
  add.type = "button"; add.disabled = busy;
  add.addEventListener("click", async () => {
    const amount = fen(keyed.replace(/\.$/, ""));
    if (amount === null || amount < 1) return toast(NO_AMOUNT, true);
    const before = till.sale && till.sale.stage === "keyed" ? till.sale.lines.map(line => line.amount) : [];
    const reply = await act("key", { till: till.id, amounts: [...before, amount] });
    if (reply.ok) { keyed = ""; shown.textContent = "¥0"; }
  });
  return [shown, keys, add];
}
function scale(till, busy) {
  const weight = till.weight;
  const shown = el("div", "weight" + (weight ? "" : " moving"), weight ? weight + " g" : "— g");
  const grid = el("div", "items");
  for (const item of till.menu) {
    const price = yuan(item.price) + "/" + item.per + " g";
    const node = el("button", "", both(item.zh, item.en), el("span", "price", price));
    node.type = "button"; node.disabled = busy;
    node.addEventListener("click", () => act("weigh", { till: till.id, item: item.id }));
    grid.append(node);
  }
  return [shown, grid];
}
function saleOf(till) {
  const sale = till.sale, nodes = [el("h2", "", both("当前交易", "This sale"))];
  for (const alarm of till.alarms) nodes.push(el("p", "box bad", "⚠ ", both(alarm.zh, alarm.en)));
  if (!sale) nodes.push(el("p", "empty", both("等待就餐者", "Waiting for a guest")));
  else nodes.push(...whole(till, sale));
  if (till.turnstile) nodes.push(el("p", "soft", both(till.turnstile.zh, till.turnstile.en)));
  nodes.push(acts(till, sale));
  return nodes;
}
const TONE = { good: "good", bad: "bad", alarm: "bad", wait: "pay", asking: "pay", idle: "pay" };
function whole(till, sale) {
  const nodes = [];
  if (sale.who) nodes.push(el("p", "who", sale.who));
  const table = el("table", "");
  for (const line of sale.lines) {
    table.append(el("tr", "", el("td", "", both(line.zh, line.en)), el("td", "n", line.count || ""),
      el("td", "n", yuan(line.amount))));
  }
  if (sale.lines.length) {
    nodes.push(table, el("p", "total", both("合计", "Total"), el("span", "", yuan(sale.total))));
  }
  if (sale.zh) nodes.push(el("p", "box " + (TONE[sale.tone] || "pay"), both(sale.zh, sale.en)));
  return nodes;
}
function acts(till, sale) {
  const box = el("div", "acts"), open = sale && sale.stage === "keyed";
  const add = (name, zh, en, className, run) => {
    if (!may(name)) return;
    const node = el("button", className || "", both(zh, en));
    node.type = "button"; node.addEventListener("click", run);
    box.append(node);
  };
  if (open && sale.waits) add("charge", "结算", "Charge", "main", () => act("charge", { till: till.id }));
  if (open && sale.total > 0) {
    add("cash", "现金", "Cash", "main", () => dialog(both("收现金", "Cash taken"),
      [el("p", "", el("strong", "big", yuan(sale.total)))], both("确认", "Confirm"), false, async () => {
        const reply = await act("cash", { till: till.id, sale: sale.id, amount: sale.total });
        return reply.ok ? null : reply.error;
      }));
    add("showCode", "显示收款码", "Show a code", "", () => act("showCode", { till: till.id, sale: sale.id }));
    add("enterCode", "输入付款码", "Enter a code", "", () => code(till, sale));
  }
  if (sale && (sale.id || sale.waits)) {
    add("cancel", "取消", "Cancel", "danger", () => act("cancel", { till: till.id, sale: sale.id }));
  }
  if (till.turnstile) {
    const held = till.turnstile.held;
    add("emergency", held ? "恢复闸机" : "紧急开闸", held ? "Back to normal" : "Emergency open", "danger",
      () => why(till, "emergency", held ? ["恢复闸机", "Back to normal"] : ["紧急开闸", "Emergency open"], { open: !held }));
  }
  add("close", "结束餐次", "Close the meal", "", () => closing(till));
  return box;
}
function why(till, name, title, more) {
  dialog(both(...title), reason(WHY[name]), both("确认", "Confirm"), true, async form => {
    const body = { till: till.id, ...more }, fault = fill(body, { why: WHY[name] }, form);
    if (fault) return fault;
    const reply = await act(name, body);
    return reply.ok ? null : reply.error;
  });
}
// The report says who closed it; there is nothing more to say.
function closing(till) {
  const text = both("本餐段报表将结账", "The meal's report is closed, and counting begins again");
  dialog(both("结束餐次", "Close the meal"), [el("p", "", text)], both("确认", "Confirm"), true, async () => {
    const reply = await act("close", { till: till.id });
    return reply.ok ? null : reply.error;
  });
}
function code(till, sale) {
  const field = { name: "code", zh: "付款码或会员码", en: "The code that the phone shows", mode: "numeric" };
  dialog(both("输入付款码", "Enter a code"), [input(field)], both("确认", "Confirm"), false, async form => {
    const body = { till: till.id, sale: sale.id }, fault = fill(body, { fields: [field] }, form);
    if (fault) return fault;
    const reply = await act("enterCode", body);
    return reply.ok ? null : reply.error;
  });
}
