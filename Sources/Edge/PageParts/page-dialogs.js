"use strict";
// What is asked before an order is sent.
function dialog(title, nodes, label, danger, submit) {
  const form = $("dialogForm"), error = el("p", "error");
  const cancel = el("button", "", both("取消", "Cancel"));
  cancel.type = "button"; cancel.addEventListener("click", () => $("dialog").close());
  const ok = el("button", danger ? "danger" : "main", label);
  form.replaceChildren(el("h2", "", title), ...nodes, error, el("div", "row", cancel, ...(submit ? [ok] : [])));
  form.onsubmit = async event => {
    event.preventDefault(); ok.disabled = true;
    const fault = await submit(form); ok.disabled = false;
    if (fault) error.textContent = fault; else $("dialog").close();
  };
  $("dialog").showModal();
}
function option(text, value) { const node = el("option", "", text); node.value = value; return node; }
function input(field) {
  let node;
  if (field.choices) {
    node = el("select");
    for (const [value, names] of Object.entries(field.choices)) node.append(option(names.join(" "), value));
  } else {
    node = el("input"); node.type = field.type || "text"; node.autocomplete = "off";
    if (field.mode) node.inputMode = field.mode;
    if (field.value) node.value = field.value;
  }
  node.name = field.name; node.required = true;
  if (field.upper) node.addEventListener("input", () => { node.value = node.value.toUpperCase(); });
  return el("label", "", both(field.zh, field.en), node);
}
function reason(choices) {
  const pick = el("select"); pick.name = "reason";
  for (const names of choices) pick.append(option(names.join(" "), names.join(" ")));
  pick.append(option("其他 Other", ""));
  const more = el("input"); more.name = "more"; more.maxLength = 60; more.autocomplete = "off";
  return [el("label", "", both("原因", "Reason"), pick), el("label", "", both("说明", "In your words"), more)];
}
// Puts the fields of a form into an order.
// Returns: what is wrong with them; null if nothing is.
function fill(body, spec, form) {
  for (const field of spec.fields || []) {
    const value = form.elements[field.name].value.trim();
    if (field.name === "yuan") {
      body.amount = fen(value);
      if (body.amount === null) return NO_AMOUNT;
    } else body[field.name] = field.type === "datetime-local" ? new Date(value).getTime() : value;
  }
  if (!spec.why) return null;
  body.why = [form.elements.reason.value, form.elements.more.value.trim()].filter(Boolean).join(": ");
  return body.why ? null : "请写明原因 Say why";
}
