"use strict";
// One lane: what is wrong, what came of the last order, the car, its price, the sign, and what can be done.
function detail(lane) {
  const car = lane.car, nodes = [], boom = words(BOOM, lane.boom);
  const boomWords = el("span", "soft", both("道闸：" + boom[0], "boom " + boom[1]));
  nodes.push(el("div", "top", el("h2", "", lane.id), direction(lane), boomWords));
  for (const alarm of lane.alarms) nodes.push(el("div", "box bad", "⚠ ", both(alarm.zh, alarm.en)));
  if (lane.answer) {
    nodes.push(el("div", "box " + (lane.answer.done ? "good" : "bad"), both(lane.answer.zh, lane.answer.en)));
  }
  if (car) nodes.push(...carNodes(car)); else nodes.push(el("p", "empty", both("没有车辆", "No car")));
  const pair = el("div", "pair");
  if (car && car.quote) pair.append(quoteTable(car.quote));
  if (lane.sign) pair.append(sign(lane));
  if (car && car.candidates.length) pair.append(candidates(lane));
  if (pair.childNodes.length) nodes.push(pair);
  nodes.push(buttons(lane));
  return nodes;
}
function carNodes(car) {
  const facts = el("div", "facts", both(...words(VEHICLE, car.vehicle)));
  const since = el("span", "", ""); since.dataset.since = car.since;
  facts.append(el("span", "", both("已停留", "here for"), " ", since));
  if (car.entered) facts.append(el("span", "", both("入场", "came in"), " " + clock(car.entered)));
  const top = el("div", "car", plate(car, true), facts), nodes = [top];
  if (car.quote) top.append(el("div", "amount", yuan(car.quote.total), el("small", "", both("应付", "to pay"))));
  if (car.held) nodes.push(el("div", "box why", both(car.held.zh, car.held.en)));
  if (car.owed) nodes.push(el("div", "box why", both("以往欠费 " + yuan(car.owed), "owed for earlier parking")));
  if (car.payment) {
    const stage = words(STAGE, car.payment.stage), method = words(METHOD, car.payment.method);
    const look = car.payment.stage === "settled" ? "good" : "pay";
    const text = both(method[0] + " " + yuan(car.payment.amount) + " " + stage[0], method[1] + ": " + stage[1]);
    nodes.push(el("div", "box " + look, text));
  }
  return nodes;
}
function buttons(lane) {
  const list = el("div", "acts"), car = lane.car;
  for (const [name, spec] of Object.entries(ACTS)) {
    const right = spec.right || name;
    if (!me.rights.includes(right) || !lane.possible.includes(right) || (spec.isFor && !spec.isFor(lane))) continue;
    const look = spec.main ? "main" : spec.danger ? "danger" : "";
    const button = el("button", look, el("span", "zh", spec.zh), el("span", "en", spec.en));
    button.type = "button"; button.addEventListener("click", () => ask(name, spec, lane)); list.append(button);
  }
  const isPaid = car && car.payment && car.payment.stage === "settled";
  if (isPaid && me.rights.includes("refund")) list.append(refundButton(car.payment));
  return list;
}
function quoteTable(quote) {
  const body = el("tbody", "");
  for (const line of quote.lines) {
    body.append(el("tr", "",
      el("td", "", both(line.zh, line.en), line.about ? " " + line.about : ""),
      el("td", "n", line.minutes ? line.minutes + " min" : ""), el("td", "n", yuan(line.amount))));
  }
  body.append(el("tr", "total",
    el("td", "", both("合计", "Total")), el("td", "n", span(quote.until - quote.from)),
    el("td", "n", yuan(quote.total))));
  return el("div", "", el("table", "", body), el("span", "soft", both("费率", "tariff"), " " + quote.tariff));
}
function sign(lane) {
  const node = el("div", "sign", el("span", "zh", lane.sign.zh), el("span", "en", lane.sign.en));
  if (lane.sign.code) {
    const picture = el("img"), version = lane.car && lane.car.payment ? lane.car.payment.id : lane.sign.zh;
    picture.alt = "二维码 code to scan";
    picture.src = "/lanes/" + encodeURIComponent(lane.id) + "/code.svg?for=" + encodeURIComponent(version);
    node.append(picture);
  }
  return node;
}
const THIS_ONE = { zh: "确认车辆", en: "This is the car", why: [["与现场车辆一致", "It matches the car here"]] };
function candidates(lane) {
  const list = el("div", "", el("strong", "", both("场内可能的车辆", "It may be one of these")));
  for (const each of lane.car.candidates) {
    const row = el("div", "row", el("span", "plate", each.plate || "无牌"), el("span", "soft", clock(each.entered)));
    if (me.rights.includes("chooseStay")) {
      const button = el("button", "", both("就是这辆", "This one")); button.type = "button";
      const spec = { ...THIS_ONE, extra: () => ({ stay: each.stay }) };
      button.addEventListener("click", () => ask("chooseStay", spec, lane));
      row.append(button);
    }
    list.append(row);
  }
  return list;
}
function refundButton(payment) {
  const button = el("button", "danger", el("span", "zh", "退款"), el("span", "en", "Refund")); button.type = "button";
  const spec = {
    zh: "退款", en: "Refund", danger: true,
    fields: [{ name: "yuan", zh: "金额（元）", en: "Yuan", mode: "decimal", value: yuan(payment.amount).slice(1) }],
    why: [["多收费", "Charged too much"], ["投诉处理", "Complaint"]], extra: () => ({ payment: payment.id }),
  };
  button.addEventListener("click", () => ask("refund", spec, null));
  return button;
}
