public import Vocabulary

/// What stands on a lane's sign, in both languages of the sign.
public enum Notice: Hashable, Sendable {
    case welcome(Plate?)
    case wait(Plate?)
    case goFree(Plate?)
    case goPaid(Plate?, Fen)
    case goOffline(Plate?, Fen)
    case goOnDebt(Plate?, Fen)
    /// The payer has to confirm on the phone.
    case confirm(Plate?, Fen)
    /// The payer scans the code that the sign shows.
    case scanToPay(Plate?, Fen, code: String)
    /// What a coupon leaves to pay, and what the platform says of it.
    case coupon(Plate?, Fen, chinese: String, english: String)
    /// Welcome, and what the owner owes for earlier visits.
    case owes(Plate?, Fen)
    /// A code cannot be taken now.
    case noNetwork(Plate?)
    case callAttendant(Plate?, HoldReason, Fen?)
    case goManual
    /// At a till: what is to be paid, and what came of it.
    case due(Fen)
    case oneMoment
    case thanks(Fen)
    case thanksLater(Fen)
    case notPaid(HoldReason, Fen?)
    case cancelled
    case refunded(Fen)

    /// Why a car is held.
    public enum HoldReason: String, Hashable, Sendable, CaseIterable {
        case noEntryRecord, declined, noContract, insufficientFunds, noAnswer, platformUnsure, offlineNotAllowed
        case diskFull, alreadyInside, conflict, owes, notConfirmed
        case denied, nothingToPay, badAmount, refundNeedsNetwork, refundRefused
    }

    public var chinese: String {
        switch self {
        case .welcome(let plate): Notice.words(plate, "欢迎光临")
        case .wait(let plate): Notice.words(plate, "请稍候")
        case .goFree(let plate): Notice.words(plate, "免费 一路平安")
        case .goPaid(let plate, let amount): Notice.words(plate, "已扣费\(amount)元 一路平安")
        case .goOffline(let plate, let amount): Notice.words(plate, "费用\(amount)元稍后扣款 一路平安")
        case .goOnDebt(let plate, let amount): Notice.words(plate, "欠费\(amount)元 请补缴")
        case .confirm(let plate, let amount): Notice.words(plate, "应付\(amount)元 请在手机上确认支付")
        case .scanToPay(let plate, let amount, _): Notice.words(plate, "应付\(amount)元 请扫码支付")
        case .coupon(let plate, let amount, let chinese, _): Notice.words(plate, "\(chinese) 应付\(amount)元 请稍候")
        case .owes(let plate, let amount): Notice.words(plate, "欢迎光临 您有欠费\(amount)元 请补缴")
        case .noNetwork(let plate): Notice.words(plate, "网络中断 暂不能扫码支付 请使用现金或联系管理员")
        case .callAttendant(let plate, let reason, let amount):
            [plate?.text, amount.map { "应付\($0)元" }, reason.chinese, "请联系管理员"].compactMap { $0 }.joined(separator: " ")
        case .goManual: "人工放行"
        case .due(let amount): "应付\(amount)元 请付款"
        case .oneMoment: "请稍候"
        case .thanks(let amount): "已付\(amount)元 谢谢"
        case .thanksLater(let amount): "\(amount)元稍后扣款 谢谢"
        case .notPaid(let reason, let amount):
            [amount.map { "应付\($0)元" }, reason.chinese, reason.isOfPayment ? "请换一种支付方式" : nil]
                .compactMap { $0 }.joined(separator: " ")
        case .cancelled: "交易已取消"
        case .refunded(let amount): "已退款\(amount)元"
        }
    }

    /// What a phone is to scan from the sign, if anything.
    public var code: String? { if case .scanToPay(_, _, let code) = self { code } else { nil } }

    private static func words(_ plate: Plate?, _ text: String) -> String {
        plate.map { "\($0.text) \(text)" } ?? text
    }

    public var english: String {
        switch self {
        case .welcome(let plate): Notice.words(plate, "Welcome")
        case .wait(let plate): Notice.words(plate, "One moment please")
        case .goFree(let plate): Notice.words(plate, "Free of charge. Drive safely")
        case .goPaid(let plate, let amount): Notice.words(plate, "Paid \(amount) yuan. Drive safely")
        case .goOffline(let plate, let amount):
            Notice.words(plate, "\(amount) yuan will be charged later. Drive safely")
        case .goOnDebt(let plate, let amount): Notice.words(plate, "\(amount) yuan owed. Please pay later")
        case .confirm(let plate, let amount): Notice.words(plate, "\(amount) yuan. Please confirm on your phone")
        case .scanToPay(let plate, let amount, _): Notice.words(plate, "\(amount) yuan. Please scan to pay")
        case .coupon(let plate, let amount, _, let english):
            Notice.words(plate, "\(english). \(amount) yuan. One moment please")
        case .owes(let plate, let amount): Notice.words(plate, "Welcome. \(amount) yuan are owed for earlier parking")
        case .noNetwork(let plate):
            Notice.words(plate, "No network: no payment by code now. Please pay cash or call the attendant")
        case .callAttendant(let plate, let reason, let amount):
            [plate?.text, amount.map { "\($0) yuan due." }, reason.english, "Please call the attendant"]
                .compactMap { $0 }.joined(separator: " ")
        case .goManual: "Opened by the attendant"
        case .due(let amount): "\(amount) yuan. Please pay"
        case .oneMoment: "One moment please"
        case .thanks(let amount): "Paid \(amount) yuan. Thank you"
        case .thanksLater(let amount): "\(amount) yuan will be charged later. Thank you"
        case .notPaid(let reason, let amount):
            [amount.map { "\($0) yuan due." }, reason.english, reason.isOfPayment ? "Please pay another way" : nil]
                .compactMap { $0 }.joined(separator: " ")
        case .cancelled: "Cancelled"
        case .refunded(let amount): "\(amount) yuan refunded"
        }
    }
}

extension Notice.HoldReason {
    /// Whether another instrument may do better.
    var isOfPayment: Bool {
        switch self {
        case .noEntryRecord, .alreadyInside, .diskFull, .nothingToPay, .badAmount, .refundNeedsNetwork, .refundRefused:
            false
        case .declined, .noContract, .insufficientFunds, .noAnswer, .platformUnsure, .offlineNotAllowed, .conflict,
            .owes, .notConfirmed, .denied:
            true
        }
    }

    public var chinese: String {
        switch self {
        case .noEntryRecord: "无入场记录"
        case .declined: "扣款被拒"
        case .noContract: "未签约无感支付"
        case .insufficientFunds: "余额不足"
        case .noAnswer: "支付超时"
        case .platformUnsure: "支付结果未知"
        case .offlineNotAllowed: "网络中断"
        case .diskFull: "设备存储故障"
        case .alreadyInside: "该车牌已在场内"
        case .conflict: "支付异常"
        case .owes: "有欠费未缴"
        case .notConfirmed: "未确认支付"
        case .denied: "账户受限"
        case .nothingToPay: "尚未输入金额"
        case .badAmount: "金额无效"
        case .refundNeedsNetwork: "网络中断 暂不能退款"
        case .refundRefused: "退款被拒"
        }
    }

    public var english: String {
        switch self {
        case .noEntryRecord: "No entry record."
        case .declined: "Payment declined."
        case .noContract: "No payment contract."
        case .insufficientFunds: "Not enough money in the account."
        case .noAnswer: "No answer to the payment."
        case .platformUnsure: "Payment result not known."
        case .offlineNotAllowed: "No network."
        case .diskFull: "The box cannot store records."
        case .alreadyInside: "This plate is already inside."
        case .conflict: "Payment error."
        case .owes: "Earlier parking is not paid."
        case .notConfirmed: "The payment was not confirmed."
        case .denied: "This account may not pay now."
        case .nothingToPay: "No amount has been keyed."
        case .badAmount: "The amount is not allowed."
        case .refundNeedsNetwork: "No network. Refunds are not possible now."
        case .refundRefused: "The refund was refused."
        }
    }
}
