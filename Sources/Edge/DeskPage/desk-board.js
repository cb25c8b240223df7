"use strict";
// The chips at the top, and a card for each lane.
const ORDERS = "/desk/";
let drawn = "", chosen = null;
function hideWork() { $("shiftButton").hidden = true; }
function showWork(who) {
  $("shiftButton").hidden = !who.rights.includes("shift") && !who.rights.includes("reports");
}
function draw() {
  if (!me || !board || !board.lanes) return;
  $("link").className = "chip " + (board.link ? "good" : "bad");
  $("link").replaceChildren(board.link ? both("平台在线", "online") : both("平台离线", "OFFLINE"));
  const fault = boxFault();
  $("box").hidden = !fault;
  if (fault) $("box").replaceChildren(fault);
  $("inside").replaceChildren(both("场内 " + board.carsInside, board.carsInside + " inside"));
  $("shiftButton").replaceChildren(board.shift ? both("班次 " + board.shift.who, "Shift") : both("未开班", "No shift"));
  if (!board.lanes.some(lane => lane.id === chosen)) chosen = null;
  const waiting = board.lanes.find(lane => lane.car && lane.car.held)
    || board.lanes.find(lane => lane.car && lane.alarms.length);
  const current = board.lanes.find(lane => lane.id === chosen) || waiting || board.lanes[0];
  $("lanes").replaceChildren(...board.lanes.map(lane => card(lane, lane === current)), ...moments());
  const text = JSON.stringify(current) + me.name + document.body.dataset.lang;
  if (text !== drawn) { drawn = text; $("lane").replaceChildren(...detail(current)); }
  tick();
}
function boxFault() {
  if (!board.journal) return both("存储故障", "storage fault");
  if (board.disk !== "ok") return both("存储将满", "storage low");
  return board.printer ? both("打印机故障", "printer") : null;
}
function plate(car, big) {
  const text = car.plate || "无牌 no plate";
  return el("span", "plate " + (big ? "big " : "") + (car.plate ? car.vehicle : "none"), text);
}
function direction(lane) { return lane.direction === "entry" ? both("入口 ↓", "in") : both("出口 ↑", "out"); }
function card(lane, isChosen) {
  const state = lane.alarms.length ? " alarmed" : lane.car && lane.car.held ? " held" : "";
  const node = el("button", "card" + (isChosen ? " chosen" : "") + state);
  node.type = "button"; node.setAttribute("aria-pressed", isChosen);
  node.append(
    el("span", "name", lane.id, " ", direction(lane)), el("span", "boom", both(...words(BOOM, lane.boom))));
  if (lane.car) {
    const money = lane.car.quote ? yuan(lane.car.quote.total) : "";
    node.append(el("span", "", plate(lane.car)), el("span", "money", money));
    if (lane.car.held) node.append(el("span", "why", both(lane.car.held.zh, lane.car.held.en)));
  }
  for (const alarm of lane.alarms) node.append(el("span", "why", "⚠ ", both(alarm.zh, alarm.en)));
  node.addEventListener("click", () => {
    chosen = lane.id; draw(); $("lane").scrollIntoView({ block: "nearest" });
  });
  return node;
}
// What happened lately and was over at once, the newest first.
function moments() {
  if (!board.moments.length) return [];
  const list = el("div", "moments", el("strong", "", both("最近事件", "Lately")));
  for (const each of [...board.moments].reverse()) {
    list.append(el("p", "", el("span", "soft", clock(each.at) + " " + each.lane + " "), both(each.zh, each.en)));
  }
  return [list];
}
function tick() {
  for (const node of document.querySelectorAll("[data-since]")) {
    node.textContent = span(boxNow() - Number(node.dataset.since));
  }
}
setInterval(tick, 1000);
