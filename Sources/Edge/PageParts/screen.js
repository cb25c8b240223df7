"use strict";
// What the screens for drivers and customers share: what the box shows there, live. A screen says beside it what it
// does with something new (changed), and where the box does not answer (away).
const $ = id => document.getElementById(id);
const ASK_EVERY = 5000;
// /lanes/<lane>/ or /tills/<till>/
const [, kind, place = ""] = location.pathname.split("/"), base = "/" + kind + "/" + place + "/";
let feed = null, shown = "";

// Text only ever becomes text: nothing that a person or a device wrote is read as markup.
function lines(node, texts, amount) {
  node.replaceChildren(...texts.map(text => {
    const line = document.createElement("p");
    line.textContent = text;
    if (amount && text.includes(amount)) line.className = "money";
    return line;
  }));
}
function words(screen) { lines($("zh"), screen.zh, screen.amount); lines($("en"), screen.en, screen.amount); }
function picture(code) {
  if (code) {
    $("picture").src = base + "code.svg?for=" + code.key;
    $("picture").alt = $("title").textContent = code.title;
  } else $("picture").removeAttribute("src");
  $("code").hidden = !code;
}

function take(screen) {
  const text = JSON.stringify(screen);
  if (text === shown) return;
  if (!screen.zh) return gone();
  shown = text;
  changed(screen);
}
function gone() { shown = ""; away(); }
function listen() {
  feed = new EventSource(base + "events");
  feed.onmessage = event => take(JSON.parse(event.data));
}
// The stream tells of changes at once. That the box still lives is asked besides: a code that nobody can pay any more
// must not stay on a screen whose connection hangs.
async function check() {
  try {
    const reply = await fetch(base + "screen", { cache: "no-store", signal: AbortSignal.timeout(ASK_EVERY) });
    if (!reply.ok) throw new Error(reply.status);
    take(await reply.json());
    if (!feed || feed.readyState === EventSource.CLOSED) listen();
  } catch { gone(); }
}
function watch() {
  listen();
  setInterval(check, ASK_EVERY);
  check();
}
