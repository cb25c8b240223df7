"use strict";
let slides = [], listed = "", slide = 0, turn = null, sounded = null, speaker = null;

// ---- sound: made here, so that a box needs no files. A browser that wants a touch first stays silent until then.

const TUNES = {
  ok: [[880, 0, 0.12], [1320, 0.13, 0.22]], later: [[880, 0, 0.12], [1100, 0.13, 0.22]], wait: [[660, 0, 0.12]],
  refused: [[220, 0, 0.25], [180, 0.3, 0.35]],
  alarm: [[900, 0, 0.2], [600, 0.22, 0.2], [900, 0.44, 0.2], [600, 0.66, 0.2]],
};
function play(name) {
  if (!TUNES[name]) return;
  try {
    speaker = speaker || new AudioContext();
    for (const [pitch, from, length] of TUNES[name]) {
      const tone = speaker.createOscillator(), volume = speaker.createGain(), at = speaker.currentTime + from;
      tone.frequency.value = pitch; tone.type = name === "refused" ? "square" : "sine";
      volume.gain.setValueAtTime(0.25, at); volume.gain.exponentialRampToValueAtTime(0.001, at + length);
      tone.connect(volume).connect(speaker.destination); tone.start(at); tone.stop(at + length);
    }
    document.body.dataset.sound = name;
  } catch { /* no sound here: the screen says it all the same */ }
}

// ---- the words

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}
function said(tag, className, zh, en) {
  const chinese = el("span", "", zh), english = el("span", "", en);
  chinese.lang = "zh"; english.lang = "en";
  return el(tag, className, chinese, " ", english);
}
function put(id, text) { $(id).textContent = text || ""; $(id).hidden = !text; }
function rows(id, list, row) { $(id).replaceChildren(...(list || []).map(row)); $(id).hidden = !(list || []).length; }
function draw(screen) {
  document.body.className = screen.state;
  words(screen);
  // What the words say already is not said a second time.
  const isSaid = screen.amount && screen.zh.some(text => text.includes(screen.amount));
  put("who", screen.who); put("amount", screen.amount && !isSaid ? "¥" + screen.amount : "");
  rows("lines", screen.lines, line => el("tr", "", said("td", "", line.zh, line.en), el("td", "n", line.count || ""),
    el("td", "n", line.amount)));
  rows("purses", screen.purses, purse => el("tr", "", said("td", "", purse.zh, purse.en),
    el("td", "n", purse.paid ? "−" + purse.paid : ""), el("td", "n", said("small", "", "余额", "left"), purse.left)));
  $("asOf").replaceChildren(...(screen.asOf ? [said("span", "", screen.asOf.zh, screen.asOf.en)] : []));
  $("asOf").hidden = !screen.asOf;
  $("period").replaceChildren(...(screen.period ? [said("span", "", screen.period.zh, screen.period.en)] : []));
  picture(screen.code);
  show(screen.state === "idle" ? screen.playlist || [] : []);
}

// ---- idle: the playlist, a file after the other

function show(list) {
  const names = JSON.stringify(list);
  if (names === listed) return playing();
  listed = names; slides = [...list]; slide = 0; clearTimeout(turn); turn = null;
  if (slides.length) next();
  playing();
}
function playing() {
  $("play").hidden = !slides.length;
  document.body.classList.toggle("playing", slides.length > 0);
}
function next() {
  const file = slides[slide % slides.length];
  slide += 1;
  $("slide").src = "/playlist/" + encodeURIComponent(file.file);
  turn = setTimeout(next, Math.max(1, file.seconds) * 1000);
}
// A picture that is not there is left out: the words are what matters.
$("slide").addEventListener("error", () => {
  slides.splice((slide - 1) % Math.max(1, slides.length), 1);
  clearTimeout(turn); turn = null;
  if (slides.length) next();
  playing();
});

// ---- what is shown, live

function away() { document.body.className = "away"; show([]); }
function changed(screen) {
  draw(screen);
  // What was there when the page began has been heard already.
  if (sounded !== null && screen.sound && screen.number !== sounded) play(screen.sound);
  sounded = screen.number ?? 0;
}
$("till").textContent = decodeURIComponent(place);
$("language").addEventListener("click", () => {
  const order = ["both", "zh", "en"], now = document.body.dataset.lang || "both";
  document.body.dataset.lang = order[(order.indexOf(now) + 1) % 3];
});
watch();
