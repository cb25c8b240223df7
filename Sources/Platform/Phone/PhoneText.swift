internal import Services
internal import Vocabulary

/// A text in both languages.
struct PhoneText: Equatable, Sendable {
    var chinese: String, english: String

    init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    static func line(_ kind: Quote.Line.Kind) -> PhoneText {
        known[kind.rawValue] ?? PhoneText(kind.rawValue, kind.rawValue)
    }

    private static let known: [String: PhoneText] = [
        "freePeriod": PhoneText("免费时段", "Free period"), "firstPeriod": PhoneText("首时段", "First period"),
        "nextPeriods": PhoneText("次时段", "Next periods"), "windowCap": PhoneText("时段封顶优惠", "Window cap"),
        "stayCap": PhoneText("单次封顶优惠", "Stay cap"), "discount": PhoneText("折扣", "Discount"),
        "minimum": PhoneText("最低收费", "Minimum"), "rounding": PhoneText("取整", "Rounding"),
        "unitPeriods": PhoneText("后续计时", "Further time"), "dailyCap": PhoneText("每日封顶优惠", "Daily cap"),
        "item": PhoneText("项目", "Item"), "coupon": PhoneText("优惠券", "Coupon"),
    ]
}

/// Why a phone gets no page that it could go on with.
enum PhoneFault: Error, Equatable, Sendable {
    case refused(PhoneRefusal)
    case badPlate, badTicket, badForm, noPage, tooMuch, tooOften

    var status: Int {
        switch self {
        case .badPlate, .badTicket, .badForm: 400
        case .refused(.noSuchSite), .refused(.noSuchOrder), .noPage: 404
        case .refused(.keyReused), .refused(.payAtExit): 409
        case .tooMuch: 413
        case .tooOften: 429
        case .refused(.notOffered), .refused(.busy): 503
        }
    }

    /// In JSON.
    var code: String {
        switch self {
        case .refused(let refusal): refusal.rawValue
        case .badPlate: "badPlate"
        case .badTicket: "badTicket"
        case .badForm: "badForm"
        case .noPage: "noPage"
        case .tooMuch: "tooMuch"
        case .tooOften: "tooOften"
        }
    }

    var text: PhoneText {
        switch self {
        case .badPlate: PhoneText("车牌号码不正确，请检查后重试。", "That is not a number plate. Please check it and try again.")
        case .badTicket: PhoneText("停车票二维码无法识别，请联系值班员。", "The ticket cannot be read. Please ask the attendant.")
        case .badForm: PhoneText("表单不完整，请返回重试。", "The form is not complete. Please go back and try again.")
        case .noPage: PhoneText("没有此页面。", "There is no such page.")
        case .tooMuch: PhoneText("提交的内容过大。", "Too much was sent.")
        case .tooOften: PhoneText("查询过于频繁，请一分钟后再试。", "Too many questions. Please try again in a minute.")
        case .refused(.noSuchSite): PhoneText("没有此停车场。", "There is no such car park.")
        case .refused(.noSuchOrder): PhoneText("没有此订单。", "There is no such order.")
        case .refused(.keyReused):
            PhoneText("此表单已用于另一订单，请重新查询。", "This form was used for another order. Please look up again.")
        case .refused(.notOffered):
            PhoneText("此处暂不支持手机支付，请在出口付款。", "Paying on the phone is not possible here now. Please pay at the exit.")
        case .refused(.payAtExit):
            PhoneText("入场时间无法确认，请在出口付款。", "The time of entry is not certain. Please pay at the exit.")
        case .refused(.busy): PhoneText("系统繁忙，请稍后再试。", "The system is busy. Please try again in a moment.")
        }
    }
}
