"use strict";
// Words for what the box names by code; what a sale or a turnstile says comes from the box.
const ORDERS = "/till/";
const WHY = {
  correct: [["数量输错", "Wrong count"], ["商品输错", "Wrong item"], ["重复扣款", "Charged twice"]],
  refund: [["退餐", "Meal given back"], ["餐品有问题", "Something was wrong with the meal"],
    ["重复扣款", "Charged twice"]],
  emergency: [["消防疏散", "Fire"], ["设备故障", "Something is broken"], ["演习", "Drill"]],
};
const HOW = {
  face: ["刷脸", "face"], card: ["卡", "card"], member: ["账户", "account"], payerCode: ["付款码", "payer's code"],
  shownCode: ["扫码", "code shown"], cash: ["现金", "cash"],
};
