"use strict";
const BRIEF = 15000;
let brief = null;

function draw(screen) {
  document.body.className = screen.idle ? "idle" : "";
  words(screen);
  picture(screen.code);
}
function changed(screen) {
  clearTimeout(brief);
  draw(screen);
  if (screen.brief) brief = setTimeout(() => draw({ idle: true, ...screen.then }), BRIEF);
}
function away() {
  clearTimeout(brief);
  document.body.className = "away";
  $("code").hidden = true;
}
$("lane").textContent = decodeURIComponent(place);
watch();
