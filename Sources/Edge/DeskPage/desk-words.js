"use strict";
// Words for what the box names by code and that are not about one site; what a lane says comes from the box.
const BOOM = {
  closed: ["落杆", "closed"], open: ["抬杆", "open"], raising: ["正在抬杆", "rising"],
  lowering: ["正在落杆", "lowering"], unknown: ["位置未知", "position unknown"],
};
const STAGE = {
  asked: ["正在扣款", "Being charged"], pending: ["等待付款人确认", "Waiting for the payer"],
  asking: ["正在查询结果", "Asking what became of it"], reversing: ["正在撤销", "Being undone"],
  settled: ["已付款", "Paid"],
};
const METHOD = {
  plate: ["无感支付", "plate contract"], payerCode: ["付款码", "payer's code"],
  shownCode: ["扫码", "code on the sign"], cash: ["现金", "cash"], card: ["卡", "card"],
  member: ["会员", "member"], face: ["刷脸", "face"],
};
const VEHICLE = {
  small: ["小型车", "car"], large: ["大型车", "large vehicle"], newEnergy: ["新能源", "new energy"],
  newEnergyLarge: ["新能源大型", "new energy, large"], special: ["特种车", "special vehicle"],
};

// Each act: its button, and what has to be said.
const ACTS = {
  cash: {
    zh: "收现金", en: "Cash taken", main: true,
    confirm: lane => [
      both("已收现金 ", "Cash taken: "),
      el("strong", "big", lane.car && lane.car.quote ? yuan(lane.car.quote.total) : ""),
    ],
  },
  showCode: { zh: "显示付款码", en: "Show a code", main: true },
  enterCode: {
    zh: "扫付款码", en: "Payer's code",
    fields: [{ name: "code", zh: "付款码", en: "Code on the phone", mode: "numeric" }],
  },
  open: {
    zh: "手动开闸", en: "Open by hand", danger: true,
    why: [
      ["救护 消防 警车", "Ambulance, fire, police"], ["设备故障", "Equipment fault"],
      ["已另行付款", "Paid otherwise"], ["施工 物业车辆", "Works or site vehicle"],
    ],
  },
  correctPlate: {
    zh: "更正车牌", en: "Correct the plate",
    fields: [{ name: "plate", zh: "正确车牌", en: "Right plate", upper: true }],
    why: [["识别错误", "Misread"], ["车牌污损", "Dirty plate"]],
  },
  // For a car that is held because nobody knows when it came in; the box calls it writeEntry where it asks the role.
  setEntryTime: {
    zh: "更正入场时间", en: "Set the entry time", right: "writeEntry", main: true,
    isFor: lane => lane.car && lane.car.stay && lane.car.held && lane.car.held.reason === "entryTimeUnknown",
    fields: [{ name: "entered", zh: "入场时间", en: "Came in at", type: "datetime-local" }],
    why: [["入场时设备时间错误", "The clock was wrong at the entry"]],
    extra: lane => ({ stay: lane.car.stay }),
  },
  ticket: {
    zh: "发停车票", en: "Issue a ticket", why: [["无车牌", "No plate"], ["无法识别", "Cannot be read"]],
  },
  presentTicket: {
    zh: "验停车票", en: "Ticket shown",
    fields: [{ name: "ticket", zh: "停车票内容", en: "What the ticket says" }],
  },
  lostTicket: {
    zh: "停车票遗失", en: "Ticket lost", why: [["司机称票已遗失", "The driver says it is lost"]],
    extra: lane => lane.car && lane.car.stay ? { stay: lane.car.stay } : {},
  },
  writeEntry: {
    zh: "补录入场", en: "Write an entry",
    fields: [
      { name: "plate", zh: "车牌", en: "Plate", upper: true },
      { name: "vehicle", zh: "车型", en: "Vehicle", choices: VEHICLE },
      { name: "entered", zh: "入场时间", en: "Came in at", type: "datetime-local" },
    ],
    why: [["漏记入场", "The entry was missed"]],
  },
  admit: { zh: "准许进场", en: "Admit", why: [["访客已确认", "The visitor is expected"], ["主管同意", "Agreed"]] },
  passDebtor: {
    zh: "欠费放行", en: "Let the debtor pass", why: [["已承诺补缴", "Promised to pay"], ["有争议", "Disputed"]],
  },
  waive: {
    zh: "免费放行", en: "Waive the charge", danger: true,
    why: [["投诉处理", "Complaint"], ["系统差错", "Our mistake"], ["紧急情况", "Emergency"]],
  },
  serviceReset: {
    zh: "恢复道闸", en: "Reset the barrier", danger: true,
    why: [["故障已排除", "The fault is put right"]],
  },
};
