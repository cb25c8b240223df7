"use strict";
const $ = id => document.getElementById(id);
let me = null, board = null, chosen = null, skew = 0, feed = null, poll = null, lastWord = 0;

// Text only ever becomes text: nothing that a person or a camera wrote is read as markup.
function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}
function both(zh, en) { return el("span", "both", el("span", "zh", zh), " ", el("span", "en", en)); }
const yuan = fen => "¥" + (fen < 0 ? "-" : "") + Math.floor(Math.abs(fen) / 100) + "." + String(Math.abs(fen) % 100).padStart(2, "0");
const clock = ms => new Date(ms).toLocaleString("zh-CN", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000)), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? h + " h " + String(m).padStart(2, "0") + " min" : m ? m + " min" : s + " s";
}
const boxNow = () => Date.now() + skew;

const BOOM = { closed: ["落杆", "closed"], open: ["抬杆", "open"], raising: ["正在抬杆", "rising"], lowering: ["正在落杆", "lowering"], unknown: ["位置未知", "position unknown"] };
const STAGE = { asked: ["正在扣款", "Being charged"], pending: ["等待付款人确认", "Waiting for the payer"], asking: ["正在查询结果", "Asking what became of it"], reversing: ["正在撤销", "Being undone"], settled: ["已付款", "Paid"] };
const METHOD = { plate: ["无感支付", "plate contract"], payerCode: ["付款码", "payer's code"], shownCode: ["扫码", "code on the sign"], cash: ["现金", "cash"], card: ["卡", "card"], member: ["会员", "member"], face: ["刷脸", "face"] };
const LINE = { freePeriod: ["免费时段", "Free period"], firstPeriod: ["首时段", "First period"], unitPeriods: ["计时", "Further time"], dailyCap: ["封顶", "Cap"], item: ["项目", "Item"], coupon: ["优惠券", "Coupon"] };
const VEHICLE = { small: ["小型车", "car"], large: ["大型车", "large vehicle"], newEnergy: ["新能源", "new energy"], newEnergyLarge: ["新能源大型", "new energy, large"], special: ["特种车", "special vehicle"] };
const ALARM = { didNotOpen: ["未能抬杆", "did not open"], didNotClose: ["未能落杆", "did not close"], obstructed: ["遇阻", "obstructed"], sensorFault: ["传感器故障", "sensor fault"], plateAlreadyInside: ["车牌已在场内", "plate already inside"], outOfService: ["车道停用", "out of service"], movedByItself: ["道闸自行移动", "moved by itself"], armKnocked: ["杆被撞", "arm knocked"], positionUnknown: ["位置未知", "position unknown"], tailgate: ["跟车", "tailgating"], cameraSilent: ["相机无信号", "camera silent"], ticketPrinter: ["停车票未打印", "ticket printer"] };
// Each act: its button, and what has to be said.
const ACTS = {
  cash: { zh: "收现金", en: "Cash taken", main: true, confirm: lane => [both("已收现金 ", "Cash taken: "), el("strong", "big", lane.car && lane.car.quote ? yuan(lane.car.quote.total) : "")] },
  showCode: { zh: "显示付款码", en: "Show a code", main: true },
  enterCode: { zh: "扫付款码", en: "Payer's code", fields: [{ name: "code", zh: "付款码", en: "Code on the phone", mode: "numeric" }] },
  open: { zh: "手动开闸", en: "Open by hand", danger: true, why: [["救护 消防 警车", "Ambulance, fire, police"], ["设备故障", "Equipment fault"], ["已另行付款", "Paid otherwise"], ["施工 物业车辆", "Works or site vehicle"]] },
  correctPlate: { zh: "更正车牌", en: "Correct the plate", fields: [{ name: "plate", zh: "正确车牌", en: "Right plate", upper: true }], why: [["识别错误", "Misread"], ["车牌污损", "Dirty plate"]] },
  ticket: { zh: "发停车票", en: "Issue a ticket", why: [["无车牌", "No plate"], ["无法识别", "Cannot be read"]] },
  presentTicket: { zh: "验停车票", en: "Ticket shown", fields: [{ name: "ticket", zh: "停车票内容", en: "What the ticket says" }] },
  lostTicket: { zh: "停车票遗失", en: "Ticket lost", why: [["司机称票已遗失", "The driver says it is lost"]] },
  writeEntry: { zh: "补录入场", en: "Write an entry", fields: [{ name: "plate", zh: "车牌", en: "Plate", upper: true }, { name: "vehicle", zh: "车型", en: "Vehicle", choices: VEHICLE }, { name: "entered", zh: "入场时间", en: "Came in at", type: "datetime-local" }], why: [["漏记入场", "The entry was missed"]] },
  admit: { zh: "准许进场", en: "Admit", why: [["访客已确认", "The visitor is expected"], ["主管同意", "Agreed"]] },
  passDebtor: { zh: "欠费放行", en: "Let the debtor pass", why: [["已承诺补缴", "Promised to pay"], ["有争议", "Disputed"]] },
  waive: { zh: "免费放行", en: "Waive the charge", danger: true, why: [["投诉处理", "Complaint"], ["系统差错", "Our mistake"], ["紧急情况", "Emergency"]] },
  serviceReset: { zh: "恢复道闸", en: "Reset the barrier", danger: true, why: [["故障已排除", "The fault is put right"]] },
};

// ---- requests

async function send(method, path, body) {
  try {
    const response = await fetch(path, { method, credentials: "same-origin", headers: { "X-Turnpike": "1", "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 401 && path !== "/session") showSignIn();
    return { ok: response.ok, status: response.status, answer, error: answer.error || "HTTP " + response.status };
  } catch { return { ok: false, status: 0, answer: {}, error: "设备没有应答 The box does not answer" }; }
}
function toast(text, bad) {
  const node = $("toast");
  node.textContent = text; node.className = bad ? "bad" : ""; node.hidden = false;
  clearTimeout(toast.timer); toast.timer = setTimeout(() => { node.hidden = true; }, bad ? 8000 : 3500);
}
async function act(name, body) {
  const reply = await send("POST", "/desk/" + name, body);
  if (reply.ok) toast("已提交 Sent to the box"); else toast(reply.error, true);
  return reply;
}

// ---- who

function showSignIn() {
  me = null; board = null; stopFeed();
  $("work").hidden = $("out").hidden = $("shiftButton").hidden = true; $("who").textContent = "";
  $("signIn").hidden = false; $("stale").hidden = true;
  $("signInForm").elements.name.focus();
}
function signedIn(who) {
  me = who; $("signIn").hidden = true; $("work").hidden = false; $("out").hidden = false;
  const ROLE = { attendant: ["岗亭", "attendant"], supervisor: ["主管", "supervisor"], engineer: ["工程师", "engineer"] };
  $("who").replaceChildren(el("strong", "", who.name), " ", both(...(ROLE[who.role] || [who.role, who.role])));
  $("shiftButton").hidden = !who.rights.includes("shift") && !who.rights.includes("reports");
  startFeed();
}
$("signInForm").addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target, error = form.querySelector(".error"), button = form.querySelector("button");
  error.textContent = ""; button.disabled = true;
  const reply = await send("POST", "/session", { name: form.elements.name.value.trim(), pin: form.elements.pin.value });
  button.disabled = false; form.elements.pin.value = "";
  if (reply.ok) signedIn(reply.answer); else error.textContent = reply.error;
});
$("out").addEventListener("click", async () => { await send("DELETE", "/session"); showSignIn(); });
$("language").addEventListener("click", () => {
  const order = ["both", "zh", "en"], next = order[(order.indexOf(document.body.dataset.lang) + 1) % 3];
  document.body.dataset.lang = next; try { localStorage.setItem("lang", next); } catch { /* no storage: it is not kept */ }
});

// ---- what is shown, live; by asking now and then where the stream does not come through

function stopFeed() { if (feed) feed.close(); feed = null; clearInterval(poll); poll = null; }
function startFeed() {
  stopFeed();
  feed = new EventSource("/events");
  feed.onmessage = event => take(JSON.parse(event.data));
  feed.onopen = () => { lastWord = Date.now(); };
  feed.onerror = () => { if (feed && feed.readyState === EventSource.CLOSED) { feed = null; check(); } };
  poll = setInterval(check, 5000);
}
async function check() {
  if (feed && feed.readyState === EventSource.OPEN) { $("stale").hidden = true; return; }
  const reply = await send("GET", "/board");
  if (reply.ok) take(reply.answer); else if (reply.status !== 401) $("stale").hidden = false;
}
function take(message) {
  lastWord = Date.now(); skew = message.now - lastWord; board = message.board; $("stale").hidden = true; draw();
}

// ---- drawing

let drawn = "";
function draw() {
  if (!me || !board || !board.lanes) return;
  $("link").className = "chip " + (board.link ? "good" : "bad");
  $("link").replaceChildren(board.link ? both("平台在线", "online") : both("平台离线", "OFFLINE"));
  const boxBad = !board.journal || board.disk !== "ok" || board.printer;
  $("box").hidden = !boxBad;
  if (boxBad) $("box").replaceChildren(!board.journal ? both("存储故障", "storage fault") : board.disk !== "ok" ? both("存储将满", "storage low") : both("打印机故障", "printer"));
  $("inside").replaceChildren(both("场内 " + board.carsInside, board.carsInside + " inside"));
  $("shiftButton").replaceChildren(board.shift ? both("班次 " + board.shift.who, "Shift") : both("未开班", "No shift"));
  if (!board.lanes.some(lane => lane.id === chosen)) chosen = null;
  const waiting = board.lanes.find(lane => lane.car && lane.car.held) || board.lanes.find(lane => lane.car && lane.alarms.length);
  const current = board.lanes.find(lane => lane.id === chosen) || waiting || board.lanes[0];
  $("lanes").replaceChildren(...board.lanes.map(lane => card(lane, lane === current)));
  const text = JSON.stringify(current) + me.name + document.body.dataset.lang;
  if (text !== drawn) { drawn = text; $("lane").replaceChildren(...detail(current)); }
  tick();
}
function plate(car, big) {
  const text = car.plate || "无牌 no plate";
  return el("span", "plate " + (big ? "big " : "") + (car.plate ? car.vehicle : "none"), text);
}
function alarmWords(code) { return both(...(ALARM[code] || [code, code])); }
function direction(lane) { return lane.direction === "entry" ? both("入口 ↓", "in") : both("出口 ↑", "out"); }
function card(lane, isChosen) {
  const node = el("button", "card" + (isChosen ? " chosen" : "") + (lane.alarms.length ? " alarmed" : lane.car && lane.car.held ? " held" : ""));
  node.type = "button"; node.setAttribute("aria-pressed", isChosen);
  node.append(el("span", "name", lane.id, " ", direction(lane)), el("span", "boom", both(...(BOOM[lane.boom] || [lane.boom, lane.boom]))));
  if (lane.car) {
    node.append(el("span", "", plate(lane.car)), el("span", "money", lane.car.quote ? yuan(lane.car.quote.total) : ""));
    if (lane.car.held) node.append(el("span", "why", both(lane.car.held.zh, lane.car.held.en)));
  }
  for (const code of lane.alarms) node.append(el("span", "why", "⚠ ", alarmWords(code)));
  node.addEventListener("click", () => { chosen = lane.id; draw(); $("lane").scrollIntoView({ block: "nearest" }); });
  return node;
}
function detail(lane) {
  const car = lane.car, nodes = [];
  nodes.push(el("div", "top", el("h2", "", lane.id), direction(lane), el("span", "soft", both("道闸：" + (BOOM[lane.boom] || [lane.boom])[0], "boom " + (BOOM[lane.boom] || [0, lane.boom])[1]))));
  for (const code of lane.alarms) nodes.push(el("div", "box bad", "⚠ ", alarmWords(code)));
  if (lane.answer) nodes.push(el("div", "box bad", both(lane.answer.zh, lane.answer.en)));
  if (car) {
    const facts = el("div", "facts", both(...(VEHICLE[car.vehicle] || [car.vehicle, car.vehicle])));
    const since = el("span", "", ""); since.dataset.since = car.since;
    facts.append(el("span", "", both("已停留", "here for"), " ", since));
    if (car.entered) facts.append(el("span", "", both("入场", "came in"), " " + clock(car.entered)));
    const top = el("div", "car", plate(car, true), facts);
    if (car.quote) top.append(el("div", "amount", yuan(car.quote.total), el("small", "", both("应付", "to pay"))));
    nodes.push(top);
    if (car.held) nodes.push(el("div", "box why", both(car.held.zh, car.held.en)));
    if (car.owed) nodes.push(el("div", "box why", both("以往欠费 " + yuan(car.owed), "owed for earlier parking")));
    if (car.payment) {
      const stage = STAGE[car.payment.stage] || [car.payment.stage, car.payment.stage], method = METHOD[car.payment.method] || [car.payment.method, car.payment.method];
      nodes.push(el("div", "box " + (car.payment.stage === "settled" ? "good" : "pay"), both(method[0] + " " + yuan(car.payment.amount) + " " + stage[0], method[1] + ": " + stage[1])));
    }
  } else nodes.push(el("p", "empty", both("没有车辆", "No car")));
  const pair = el("div", "pair");
  if (car && car.quote) pair.append(quoteTable(car.quote));
  if (lane.sign) pair.append(sign(lane));
  if (car && car.candidates.length) pair.append(candidates(lane));
  if (pair.childNodes.length) nodes.push(pair);
  const buttons = el("div", "acts");
  for (const [name, spec] of Object.entries(ACTS)) {
    if (!me.rights.includes(name) || !lane.possible.includes(name)) continue;
    const button = el("button", spec.main ? "main" : spec.danger ? "danger" : "", el("span", "zh", spec.zh), el("span", "en", spec.en));
    button.type = "button"; button.addEventListener("click", () => ask(name, spec, lane)); buttons.append(button);
  }
  if (car && car.payment && car.payment.stage === "settled" && me.rights.includes("refund")) buttons.append(refundButton(car.payment));
  nodes.push(buttons);
  return nodes;
}
function quoteTable(quote) {
  const body = el("tbody", "");
  for (const line of quote.lines) {
    const words = LINE[line.kind] || [line.kind, line.kind];
    body.append(el("tr", "", el("td", "", both(...words), line.about ? " " + line.about : ""), el("td", "n", line.minutes ? line.minutes + " min" : ""), el("td", "n", yuan(line.amount))));
  }
  const total = el("tr", "total", el("td", "", both("合计", "Total")), el("td", "n", span(quote.until - quote.from)), el("td", "n", yuan(quote.total)));
  body.append(total);
  return el("div", "", el("table", "", body), el("span", "soft", both("费率", "tariff"), " " + quote.tariff));
}
function sign(lane) {
  const node = el("div", "sign", el("span", "zh", lane.sign.zh), el("span", "en", lane.sign.en));
  if (lane.sign.code) {
    const picture = el("img"); picture.alt = "付款码 payment code";
    picture.src = "/lanes/" + encodeURIComponent(lane.id) + "/code.svg?for=" + encodeURIComponent(lane.car && lane.car.payment ? lane.car.payment.id : lane.sign.zh);
    node.append(picture);
  }
  return node;
}
function candidates(lane) {
  const list = el("div", "", el("strong", "", both("场内可能的车辆", "It may be one of these")));
  for (const each of lane.car.candidates) {
    const row = el("div", "row", el("span", "plate", each.plate || "无牌"), el("span", "soft", clock(each.entered)));
    if (me.rights.includes("chooseStay")) {
      const button = el("button", "", both("就是这辆", "This one")); button.type = "button";
      button.addEventListener("click", () => ask("chooseStay", { zh: "确认车辆", en: "This is the car", why: [["与现场车辆一致", "It matches the car here"]], extra: { stay: each.stay } }, lane));
      row.append(button);
    }
    list.append(row);
  }
  return list;
}
function refundButton(payment) {
  const button = el("button", "danger", el("span", "zh", "退款"), el("span", "en", "Refund")); button.type = "button";
  button.addEventListener("click", () => ask("refund", { zh: "退款", en: "Refund", danger: true, fields: [{ name: "yuan", zh: "金额（元）", en: "Yuan", mode: "decimal", value: yuan(payment.amount).slice(1) }], why: [["多收费", "Charged too much"], ["投诉处理", "Complaint"]], extra: { payment: payment.id } }, null));
  return button;
}
function tick() { for (const node of document.querySelectorAll("[data-since]")) node.textContent = span(boxNow() - Number(node.dataset.since)); }
setInterval(tick, 1000);

// ---- dialogs

function dialog(title, nodes, label, danger, submit) {
  const form = $("dialogForm"), error = el("p", "error");
  const cancel = el("button", "", both("取消", "Cancel")); cancel.type = "button"; cancel.addEventListener("click", () => $("dialog").close());
  const ok = el("button", danger ? "danger" : "main", label);
  form.replaceChildren(el("h2", "", title), ...nodes, error, el("div", "row", cancel, ...(submit ? [ok] : [])));
  form.onsubmit = async event => {
    event.preventDefault(); ok.disabled = true;
    const fault = await submit(form); ok.disabled = false;
    if (fault) error.textContent = fault; else $("dialog").close();
  };
  $("dialog").showModal();
}
function input(field) {
  let node;
  if (field.choices) {
    node = el("select"); for (const [value, words] of Object.entries(field.choices)) { const option = el("option", "", words[0] + " " + words[1]); option.value = value; node.append(option); }
  } else { node = el("input"); node.type = field.type || "text"; node.autocomplete = "off"; if (field.mode) node.inputMode = field.mode; if (field.value) node.value = field.value; }
  node.name = field.name; node.required = true;
  if (field.upper) node.addEventListener("input", () => { node.value = node.value.toUpperCase(); });
  return el("label", "", both(field.zh, field.en), node);
}
function ask(name, spec, lane) {
  if (!spec.fields && !spec.why && !spec.confirm) return act(name, { lane: lane.id });
  const nodes = (spec.fields || []).map(input);
  if (spec.confirm) nodes.push(el("p", "", ...spec.confirm(lane)));
  if (spec.why) {
    const pick = el("select"); pick.name = "reason";
    for (const words of spec.why) { const option = el("option", "", words[0] + " " + words[1]); option.value = words[0] + " " + words[1]; pick.append(option); }
    const other = el("option", "", "其他 Other"); other.value = ""; pick.append(other);
    const more = el("input"); more.name = "more"; more.maxLength = 60; more.autocomplete = "off";
    nodes.push(el("label", "", both("原因", "Reason"), pick), el("label", "", both("说明", "In your words"), more));
  }
  dialog(both(spec.zh + (lane ? " " + lane.id : ""), spec.en), nodes, both("确认", "Confirm"), spec.danger, async form => {
    const body = Object.assign(lane ? { lane: lane.id } : {}, spec.extra || {});
    for (const field of spec.fields || []) {
      const value = form.elements[field.name].value.trim();
      if (field.name === "yuan") {
        if (!/^\d{1,7}(\.\d{1,2})?$/.test(value)) return "金额 12 或 12.50 Write 12 or 12.50";
        const [whole, part = ""] = value.split("."); body.amount = Number(whole) * 100 + Number(part.padEnd(2, "0"));
      } else body[field.name] = field.type === "datetime-local" ? new Date(value).getTime() : value;
    }
    if (spec.why) {
      body.why = [form.elements.reason.value, form.elements.more.value.trim()].filter(Boolean).join(": ");
      if (!body.why) return "请写明原因 Say why";
    }
    const reply = await act(name, body);
    return reply.ok ? null : reply.error;
  });
}

// ---- shifts

const PIECES = [10000, 5000, 2000, 1000, 500, 100, 50, 10];
$("shiftButton").addEventListener("click", () => {
  if (!board) return;
  const list = el("div", "reports");
  for (const each of [...board.shifts].reverse()) {
    if (!me.rights.includes("reports") && each.who !== me.name) continue;
    const link = el("a", "", clock(each.closed) + " " + each.who + " ", each.difference === 0 ? "✓" : yuan(each.difference)); link.href = "/shifts/" + encodeURIComponent(each.id);
    list.append(link);
  }
  const answer = board.shiftAnswer ? el("p", "error", both(board.shiftAnswer.zh, board.shiftAnswer.en)) : null;
  if (board.printer) list.prepend(el("p", "error", both(board.printer.zh, board.printer.en)));
  const reports = list.childNodes.length ? [el("h2", "", both("交班报表", "Reports")), list] : [];
  if (!me.rights.includes("shift")) return dialog(both("班次", "Shifts"), reports, "", false, null);
  if (!board.shift) {
    const field = input({ name: "float", zh: "备用金（元）", en: "Float in the drawer, yuan", mode: "decimal", value: "0" });
    return dialog(both("开班", "Open a shift"), [answer, field, ...reports].filter(Boolean), both("开班", "Open"), false, async form => {
      const text = form.elements.float.value.trim();
      if (!/^\d{1,7}(\.\d{1,2})?$/.test(text)) return "金额 12 或 12.50 Write 12 or 12.50";
      const [whole, part = ""] = text.split(".");
      const reply = await act("openShift", { float: Number(whole) * 100 + Number(part.padEnd(2, "0")) });
      return reply.ok ? null : reply.error;
    });
  }
  closeShift(board.shift, answer, reports);
});
function closeShift(shift, answer, reports) {
  const sum = el("span", "", yuan(0)), left = el("span", "");
  const count = el("div", "count");
  for (const value of PIECES) {
    const box = el("input"); box.type = "number"; box.min = 0; box.max = 100000; box.inputMode = "numeric"; box.name = "p" + value; box.placeholder = "0";
    count.append(el("label", "", yuan(value), box));
  }
  const next = el("input"); next.name = "next"; next.maxLength = 20; next.autocomplete = "off";
  const nodes = [answer, el("p", "", both("当班 " + shift.who + " 自 " + clock(shift.since), "on duty since then"), el("br"), both("收现金 " + shift.cashPayments + " 笔 " + yuan(shift.cash), "cash payments"), el("br"), both("应有现金 " + yuan(shift.expected), "expected in the drawer")),
    count, el("div", "sum", both("实点", "Counted"), sum), el("div", "sum", both("差额", "Difference"), left), el("label", "", both("接班人（可空）", "Who takes over (may be empty)"), next), ...reports].filter(Boolean);
  const total = () => PIECES.reduce((all, value) => all + value * (Number($("dialogForm").elements["p" + value].value) || 0), 0);
  dialog(both("交班", "Close the shift"), nodes, both("交班", "Close"), false, async form => {
    const counts = {};
    for (const value of PIECES) { const number = Number(form.elements["p" + value].value || 0); if (number) counts[value] = number; }
    const body = { counts }, name = form.elements.next.value.trim();
    if (name) body.next = name;
    const reply = await act("closeShift", body);
    return reply.ok ? null : reply.error;
  });
  const show = () => { sum.textContent = yuan(total()); left.textContent = yuan(total() - shift.expected); };
  count.addEventListener("input", show); show();
}

// ---- start

(async () => {
  try { document.body.dataset.lang = localStorage.getItem("lang") || "both"; } catch { /* no storage: both */ }
  const reply = await send("GET", "/session");
  if (reply.ok) signedIn(reply.answer); else showSignIn();
})();
