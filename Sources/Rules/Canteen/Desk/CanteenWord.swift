public import Effects
public import Vocabulary

/// What a page plays with what it says.
public enum CanteenSound: String, CaseIterable, Hashable, Sendable {
    case none, ok, later, wait, refused, alarm
}

/// What a lane tells the person at it: the words of the customer's page, in both languages.
public enum CanteenWord: Hashable, Sendable {
    case idle
    /// Known before the amount is keyed.
    case welcome
    case due(Fen)
    /// Of an order for another sale than the one that stands here, of so much.
    case saleStands(Fen)
    case oneMoment
    case confirm(Fen)
    case scanToPay(Fen, code: String)
    case paid(Fen)
    case paidLater(Fen)
    /// Nothing is to be paid, or meals are only counted.
    case counted
    case mayPass
    /// Paid before and not taken: the way opens again.
    case opensAgain
    case notPaid(Notice.HoldReason, Fen?)
    /// The purses do not pay, in the words of who decided.
    case shortage(chinese: String, english: String)
    case unknownFace, severalFaces, notLive, unknownCard, unknownCode
    case contractOver, groupNotServed, meansNotUsed
    case closedNow
    case alreadyServed
    case noMoreHelpings
    case soldOut(chinese: String, english: String)
    case noSuchItem
    case badWeight
    case chooseFood
    case takePlateAway
    /// Since the start the scale was never empty: what lies there may be paid for.
    case emptyScale
    /// The platform splits by other rules: no purse is charged while it cannot be asked.
    case rulesDiffer
    case emergency
    case notPassedUndone
    case notPassedKept
    case cancelled
    case refunded(Fen)
    /// Orders of a person at the till.
    case notYourRole, tooLate, noSuchSale, closed
    case ticket(TicketWord)
}

extension CanteenWord {
    public var chinese: String { words.chinese }
    public var english: String { words.english }

    /// What to do now; nil: nothing.
    public var advice: (chinese: String, english: String)? {
        switch self {
        case .unknownFace, .severalFaces, .notLive: ("请靠近摄像头，或刷卡", "Please come closer, or show your card")
        case .unknownCard, .unknownCode, .contractOver, .groupNotServed:
            ("请到服务台办理", "Please ask at the service desk")
        case .meansNotUsed: ("请刷脸或刷卡", "Please show your face or card")
        case .shortage, .rulesDiffer: ("请充值，或到现金窗口", "Please top up, or pay at the cash desk")
        case .notPaid(let reason, _):
            switch reason {
            case .offlineNotAllowed, .noAnswer, .diskFull, .insufficientFunds, .noContract, .denied:
                ("请换一种支付方式，或到现金窗口", "Please pay another way, or at the cash desk")
            default: nil
            }
        case .emergency: ("请有序离开", "Please walk out calmly")
        case .notPassedUndone: ("如需就餐请重新识别", "Present yourself again to eat")
        case .notPassedKept: ("重新识别后可直接通过", "Present yourself again to pass")
        case .takePlateAway: ("请取走餐盘", "Please take your plate")
        case .emptyScale: ("请取下餐盘，再放上", "Take the plate off, and put it on again")
        case .ticket(let word): word.advice
        default: nil
        }
    }

    public var sound: CanteenSound {
        switch self {
        case .idle, .welcome, .due, .cancelled, .closed, .refunded, .takePlateAway, .emptyScale, .chooseFood:
            .none
        case .oneMoment, .confirm, .scanToPay: .wait
        case .paid, .counted, .mayPass, .opensAgain: .ok
        case .paidLater: .later
        case .emergency: .alarm
        case .ticket(let word): word.sound
        case .notPaid, .shortage, .unknownFace, .severalFaces, .notLive, .unknownCard, .unknownCode, .contractOver,
            .groupNotServed, .meansNotUsed, .closedNow, .alreadyServed, .noMoreHelpings, .soldOut, .noSuchItem,
            .badWeight, .rulesDiffer, .notPassedUndone, .notPassedKept, .notYourRole, .tooLate, .noSuchSale,
            .saleStands:
            .refused
        }
    }

    /// The step of it that a plain sign knows; nil: a sign says nothing.
    public var notice: Notice? {
        switch self {
        case .idle, .welcome, .takePlateAway, .emptyScale, .chooseFood, .notPassedUndone, .notPassedKept, .closed: nil
        case .due(let amount), .saleStands(let amount): .due(amount)
        case .oneMoment: .oneMoment
        case .confirm(let amount): .confirm(nil, amount)
        case .scanToPay(let amount, let code): .scanToPay(nil, amount, code: code)
        case .paid(let amount): .thanks(amount)
        case .paidLater(let amount): .thanksLater(amount)
        case .counted, .mayPass, .opensAgain: .goFree(nil)
        case .notPaid(let reason, let amount): .notPaid(reason, amount)
        case .shortage: .notPaid(.insufficientFunds, nil)
        case .unknownFace, .severalFaces, .notLive, .unknownCard, .unknownCode, .contractOver:
            .notPaid(.noContract, nil)
        case .groupNotServed, .alreadyServed, .noMoreHelpings: .notPaid(.notPermitted, nil)
        case .meansNotUsed, .rulesDiffer: .notPaid(.declined, nil)
        case .closedNow: .notPaid(.notPermitted, nil)
        case .soldOut, .noSuchItem, .badWeight: .notPaid(.badAmount, nil)
        case .emergency: .lane(.fire)
        case .cancelled: .cancelled
        case .refunded(let amount): .refunded(amount)
        case .notYourRole, .tooLate, .noSuchSale: .notPaid(.refundRefused, nil)
        case .ticket(let word): word.notice
        }
    }

    private var words: (chinese: String, english: String) {
        switch self {
        case .idle: ("欢迎光临", "Welcome")
        case .welcome: ("已识别，请稍候", "Recognised, one moment")
        case .due(let amount): ("应付\(amount)元", "\(amount) yuan")
        case .saleStands(let amount):
            ("应付\(amount)元，请先付款或取消此笔", "\(amount) yuan are due: pay or cancel this sale first")
        case .oneMoment: ("请稍候", "One moment please")
        case .confirm(let amount): ("应付\(amount)元，请在手机上确认", "\(amount) yuan: confirm on your phone")
        case .scanToPay(let amount, _): ("应付\(amount)元，请扫码支付", "\(amount) yuan: scan to pay")
        case .paid(let amount): ("已付\(amount)元", "Paid \(amount) yuan")
        case .paidLater(let amount): ("\(amount)元稍后扣款", "\(amount) yuan, charged later")
        case .counted: ("就餐已登记", "Meal counted")
        case .mayPass: ("请通行", "Please pass")
        case .opensAgain: ("已付款，请通行", "Already paid, please pass")
        case .notPaid(let reason, _): (reason.chinese, reason.english)
        case .shortage(let chinese, let english): (chinese, english)
        case .unknownFace: ("未识别到您", "We do not know this face")
        case .severalFaces: ("请一次一人", "One person at a time")
        case .notLive: ("请本人到镜头前", "Please show your own face")
        case .unknownCard: ("此卡未登记", "This card is not known")
        case .unknownCode: ("此码未登记", "This code is not known")
        case .contractOver: ("您的用餐资格已到期", "Your contract has ended")
        case .groupNotServed: ("此处不供应您的类别", "Your group is not served here")
        case .meansNotUsed: ("此处不支持该方式", "This way is not used here")
        case .closedNow: ("现在不供餐", "No meal is served now")
        case .alreadyServed: ("您已刷过，请通行", "Already counted, please go on")
        case .noMoreHelpings: ("本餐已用", "You have had this meal")
        case .soldOut(let chinese, let english): ("\(chinese)已售完", "\(english) is sold out")
        case .noSuchItem: ("没有此商品", "No such item")
        case .badWeight: ("重量无效，请重新放置", "Weight not valid: place it again")
        case .chooseFood: ("请选择餐品", "Please choose the food")
        case .takePlateAway: ("请取走餐盘", "Please take your plate")
        case .emptyScale: ("请先清空秤台", "Empty the scale first")
        case .rulesDiffer: ("扣款规则待更新，暂停离线扣款", "Rules differ: no charge while offline")
        case .emergency: ("紧急放行", "Emergency: the way is open")
        case .notPassedUndone: ("未通行，已退款", "Not passed: the charge is undone")
        case .notPassedKept: ("未通行", "Not passed")
        case .cancelled: ("已取消", "Cancelled")
        case .refunded(let amount): ("已退\(amount)元", "\(amount) yuan given back")
        case .notYourRole: ("您无此权限", "Your role may not do this")
        case .tooLate: ("已超过可更正时间", "Too late to correct this")
        case .noSuchSale: ("没有这笔交易", "No such sale")
        case .ticket(let word): word.words
        case .closed: ("本餐段已结账", "The meal's report is closed")
        }
    }
}
