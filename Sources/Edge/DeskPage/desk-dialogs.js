"use strict";
// What is asked before an order about a lane is sent.
// These are about the lane, whatever stands there; all else is meant for the car that the person sees.
const OF_LANE = ["serviceReset", "writeEntry", "setEntryTime", "endStay"];
function meant(name, lane) {
  const body = { lane: lane.id };
  if (lane.car && !OF_LANE.includes(name)) body.transit = lane.car.transit;
  if (name === "cash" && lane.car && lane.car.quote) body.amount = lane.car.quote.total;
  return body;
}
function ask(name, spec, lane) {
  if (!spec.fields && !spec.why && !spec.confirm) return act(name, meant(name, lane));
  const nodes = (spec.fields || []).map(input);
  if (spec.confirm) nodes.push(el("p", "", ...spec.confirm(lane)));
  if (spec.why) nodes.push(...reason(spec.why));
  const title = both(spec.zh + (lane ? " " + lane.id : ""), spec.en);
  // Of the car that is there now, not of one that comes while the person types.
  const start = Object.assign(lane ? meant(name, lane) : {}, spec.extra ? spec.extra(lane) : {});
  dialog(title, nodes, both("确认", "Confirm"), spec.danger, async form => {
    const body = { ...start }, fault = fill(body, spec, form);
    if (fault) return fault;
    const reply = await act(name, body);
    return reply.ok ? null : reply.error;
  });
}
