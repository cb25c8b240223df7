"use strict";
// The cars that count as inside: looked up by a part of the plate, and ended where one is not there any more.
{
  const WHY = [["跟车离场", "Followed another out"], ["消防开闸期间离场", "Left during a fire alarm"],
    ["出口未识别", "Its exit was missed"], ["现场查无此车", "Not found in the car park"]];
  const table = el("div", "inside"), count = el("p", "soft"), fault = el("p", "error");
  const search = el("input");
  search.type = "search"; search.maxLength = 10; search.autocomplete = "off"; search.name = "plate";
  let asked = 0;

  // The answer to an older question is not shown over that to a newer one.
  async function list() {
    const number = asked += 1;
    const reply = await send("POST", "/inside", { plate: search.value.trim() });
    if (number !== asked) return;
    fault.textContent = reply.ok ? "" : reply.error;
    if (reply.ok) show(reply.answer);
  }
  function show(answer) {
    const more = answer.count - answer.cars.length;
    count.replaceChildren(both(answer.count + " 辆", answer.count + " cars"), " ",
      more > 0 ? both("另有 " + more + " 辆未列出，请输入车牌", more + " more are not listed: type a plate") : "");
    table.replaceChildren(el("table", "", el("tbody", "", ...answer.cars.map(row))));
  }
  function row(car) {
    const owed = car.owed === undefined ? both("无法计算", "not known") : yuan(car.owed);
    const node = el("tr", "", el("td", "", el("span", "plate " + car.vehicle, car.plate || "停车票 ticket")),
      el("td", "", clock(car.entered)), el("td", "n", owed));
    if (me && me.rights.includes("endStay")) {
      const button = el("button", "danger", both("结束", "End"));
      button.type = "button"; button.addEventListener("click", () => end(car));
      node.append(el("td", "", button));
    }
    return node;
  }
  // The lane is that by which the car is taken to have left.
  function end(car) {
    const lane = board.lanes.find(each => each.direction === "exit") || board.lanes[0];
    const sure = () => [both("场内不再有此车辆：", "This car is not inside any more:"), " ",
      el("strong", "", car.plate || car.stay)];
    $("dialog").close();
    const spec = { zh: "结束停车", en: "End the stay", danger: true, why: WHY, confirm: sure,
      extra: () => ({ stay: car.stay }) };
    ask("endStay", spec, lane);
  }
  search.addEventListener("input", list);
  search.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault(); });
  $("inside").addEventListener("click", () => {
    if (!me || !board) return;
    search.value = "";
    const label = el("label", "", both("车牌（部分即可）", "Plate, or a part of it"), search);
    dialog(both("场内车辆", "Cars inside"), [label, count, table, fault], "", false, null);
    list();
  });
}
