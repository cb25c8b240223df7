"use strict";
// What the pages of people who work at a box share: signing in, requests, and what is shown, live. A page says beside
// it where its orders go (ORDERS), what it draws (draw), and what it shows of who has signed in (showWork, hideWork).
const $ = id => document.getElementById(id);
let me = null, board = null, skew = 0, feed = null, poll = null;

// Text only ever becomes text: nothing that a person or a camera wrote is read as markup.
function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}
function both(zh, en) { return el("span", "both", el("span", "zh", zh), " ", el("span", "en", en)); }
function yuan(fen) {
  const all = Math.abs(fen);
  return "¥" + (fen < 0 ? "-" : "") + Math.floor(all / 100) + "." + String(all % 100).padStart(2, "0");
}
// Yuan as a person types it, in fen; null where it is no amount.
function fen(text) {
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(text)) return null;
  const [whole, part = ""] = text.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}
const NO_AMOUNT = "金额 12 或 12.50 Write 12 or 12.50";
const DAY_AND_TIME = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false };
const clock = ms => new Date(ms).toLocaleString("zh-CN", DAY_AND_TIME);
function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000)), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? h + " h " + String(m).padStart(2, "0") + " min" : m ? m + " min" : s + " s";
}
const boxNow = () => Date.now() + skew;

const ROLE = { attendant: ["值守", "attendant"], supervisor: ["主管", "supervisor"], engineer: ["工程师", "engineer"] };
const words = (table, code) => table[code] || [code, code];

// ---- requests

async function send(method, path, body) {
  try {
    const response = await fetch(path, {
      method, credentials: "same-origin", headers: { "X-Turnpike": "1", "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 401 && path !== "/session") showSignIn();
    return { ok: response.ok, status: response.status, answer, error: answer.error || "HTTP " + response.status };
  } catch { return { ok: false, status: 0, answer: {}, error: "设备没有应答 The box does not answer" }; }
}
function toast(text, bad) {
  const node = $("toast");
  node.textContent = text; node.className = bad ? "bad" : ""; node.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { node.hidden = true; }, bad ? 8000 : 3500);
}
async function act(name, body) {
  const reply = await send("POST", ORDERS + name, body);
  if (reply.ok) toast("已提交 Sent to the box"); else toast(reply.error, true);
  return reply;
}

// ---- who

function showSignIn() {
  me = null; board = null; stopFeed();
  $("work").hidden = $("out").hidden = true; $("who").textContent = ""; hideWork();
  $("signIn").hidden = false; $("stale").hidden = true;
  $("signInForm").elements.name.focus();
}
function signedIn(who) {
  me = who; $("signIn").hidden = true; $("work").hidden = false; $("out").hidden = false;
  $("who").replaceChildren(el("strong", "", who.name), " ", both(...words(ROLE, who.role)));
  showWork(who); startFeed();
}
$("signInForm").addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target, error = form.querySelector(".error"), button = form.querySelector("button");
  error.textContent = ""; button.disabled = true;
  const who = { name: form.elements.name.value.trim(), pin: form.elements.pin.value };
  const reply = await send("POST", "/session", who);
  button.disabled = false; form.elements.pin.value = "";
  if (reply.ok) signedIn(reply.answer); else error.textContent = reply.error;
});
$("out").addEventListener("click", async () => { await send("DELETE", "/session"); showSignIn(); });
$("language").addEventListener("click", () => {
  const order = ["both", "zh", "en"], next = order[(order.indexOf(document.body.dataset.lang) + 1) % 3];
  document.body.dataset.lang = next;
  try { localStorage.setItem("lang", next); } catch { /* no storage: it is not kept */ }
});

// ---- what is shown, live; by asking now and then where the stream does not come through

function stopFeed() { if (feed) feed.close(); feed = null; clearInterval(poll); poll = null; }
function startFeed() {
  stopFeed();
  feed = new EventSource("/events");
  feed.onmessage = event => take(JSON.parse(event.data));
  feed.onerror = () => { if (feed && feed.readyState === EventSource.CLOSED) { feed = null; check(); } };
  poll = setInterval(check, 5000);
}
async function check() {
  if (feed && feed.readyState === EventSource.OPEN) { $("stale").hidden = true; return; }
  const reply = await send("GET", "/board");
  if (reply.ok) take(reply.answer); else if (reply.status !== 401) $("stale").hidden = false;
}
function take(message) {
  skew = message.now - Date.now(); board = message.board; $("stale").hidden = true; draw();
}

document.addEventListener("DOMContentLoaded", async () => {
  try { document.body.dataset.lang = localStorage.getItem("lang") || "both"; } catch { /* no storage: both */ }
  const reply = await send("GET", "/session");
  if (reply.ok) signedIn(reply.answer); else showSignIn();
});
