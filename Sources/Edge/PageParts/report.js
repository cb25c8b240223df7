// A shift's report: printed by the browser, or on the box's receipt printer.
"use strict";
const state = document.getElementById("slipState"), slip = document.getElementById("slip");
document.getElementById("print").addEventListener("click", event => { event.preventDefault(); window.print(); });
async function ask(method) {
  try {
    const reply = await fetch(location.pathname + "/print", {
      method, headers: { "X-Turnpike": "1", "Content-Type": "application/json" },
      body: method === "POST" ? "{}" : undefined,
    });
    const answer = await reply.json();
    state.textContent = answer.text || answer.error || "";
    state.className = answer.state === "failed" || !reply.ok ? "box bad" : "box good";
    return answer.state;
  } catch { state.textContent = "与设备的连接中断 No connection to the box"; return null; }
}
// A printer is given up after ten seconds without progress; a minute is enough for the slips before this one.
async function follow() {
  for (let count = 0; count < 60 && await ask("GET") === "waiting"; count += 1) {
    await new Promise(done => setTimeout(done, 1000));
  }
}
if (slip) {
  slip.addEventListener("click", async () => {
    slip.disabled = true;
    if (await ask("POST") === "waiting") await follow();
    slip.disabled = false;
  });
  if (state.dataset.state === "waiting") follow();
}
