"use strict";
const $ = id => document.getElementById(id);
const lane = location.pathname.split("/")[2] || "";
const base = "/lanes/" + lane + "/";
const BRIEF = 15000, ASK_EVERY = 5000;
let feed = null, shown = "", brief = null;

// Text only ever becomes text: nothing that a person or a camera wrote is read as markup.
function lines(node, texts, amount) {
  node.replaceChildren(...texts.map(text => {
    const line = document.createElement("p");
    line.textContent = text;
    if (amount && text.includes(amount)) line.className = "money";
    return line;
  }));
}
function draw(screen, away) {
  document.body.className = away ? "away" : screen.idle ? "idle" : "";
  if (away) { $("code").hidden = true; shown = ""; return; }
  lines($("zh"), screen.zh, screen.amount);
  lines($("en"), screen.en, screen.amount);
  if (screen.code) {
    $("picture").src = base + "code.svg?for=" + screen.code.key;
    $("picture").alt = $("title").textContent = screen.code.title;
  } else $("picture").removeAttribute("src");
  $("code").hidden = !screen.code;
}
function take(screen) {
  const text = JSON.stringify(screen);
  if (text === shown) return;
  clearTimeout(brief);
  if (!screen.zh) return draw(null, true);
  shown = text;
  draw(screen, false);
  if (screen.brief) brief = setTimeout(() => draw({ idle: true, ...screen.then }, false), BRIEF);
}

// The stream tells of changes at once. That the box still lives is asked besides: a code that nobody can pay any more
// must not stay on a screen whose connection hangs.
function listen() {
  feed = new EventSource(base + "events");
  feed.onmessage = event => take(JSON.parse(event.data));
}
async function check() {
  try {
    const reply = await fetch(base + "screen", { cache: "no-store", signal: AbortSignal.timeout(ASK_EVERY) });
    if (!reply.ok) throw new Error(reply.status);
    take(await reply.json());
    if (!feed || feed.readyState === EventSource.CLOSED) listen();
  } catch { clearTimeout(brief); draw(null, true); }
}
$("lane").textContent = decodeURIComponent(lane);
listen();
setInterval(check, ASK_EVERY);
check();
