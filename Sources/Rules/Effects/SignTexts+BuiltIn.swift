extension SignTexts {
    /// The words that hold where a site has none of its own; the same as `Scenarios/signs/parking.json5`.
    public static let builtIn = SignTexts(
        steps: Dictionary(uniqueKeysWithValues: Notice.Step.allCases.map { ($0, pair($0.builtIn)) }),
        reasons: Dictionary(
            uniqueKeysWithValues: Notice.HoldReason.allCases.map { ($0, pair([[$0.builtIn.0], [$0.builtIn.1]])) }),
        idle: pair([["欢迎光临", "减速慢行"], ["Welcome", "Drive slowly"]]))

    private static func pair(_ texts: [[String]]) -> Pair {
        let lines = texts.map { $0.map(line) }
        return Pair(chinese: lines[0], english: lines[1])
    }

    private static func line(_ text: String) -> SignLine {
        do throws(SignLineError) { return try SignLine(text) } catch {
            preconditionFailure("the built-in sign text \"\(text)\" is wrong: \(error)")
        }
    }
}

extension Notice.Step {
    /// Chinese lines, English lines.
    fileprivate var builtIn: [[String]] {
        switch self {
        case .welcome: [["{plate}", "欢迎光临"], ["{plate}", "Welcome"]]
        case .wait: [["{plate}", "请稍候"], ["{plate}", "One moment please"]]
        case .goFree: [["{plate}", "免费", "一路平安"], ["{plate}", "Free of charge.", "Drive safely"]]
        case .goPaid: [["{plate}", "已扣费{amount}元", "一路平安"], ["{plate}", "Paid {amount} yuan.", "Drive safely"]]
        case .goOffline:
            [
                ["{plate}", "费用{amount}元稍后扣款", "一路平安"],
                ["{plate}", "{amount} yuan will be charged later.", "Drive safely"],
            ]
        case .goOnDebt:
            [["{plate}", "欠费{amount}元", "请补缴"], ["{plate}", "{amount} yuan owed.", "Please pay later"]]
        case .confirm:
            [["{plate}", "应付{amount}元", "请在手机上确认支付"], ["{plate}", "{amount} yuan.", "Please confirm on your phone"]]
        case .scanToPay:
            [["{plate}", "应付{amount}元", "请扫码支付"], ["{plate}", "{amount} yuan.", "Please scan to pay"]]
        case .coupon:
            [
                ["{plate}", "{coupon}", "应付{amount}元", "请稍候"],
                ["{plate}", "{coupon}.", "{amount} yuan.", "One moment please"],
            ]
        case .owes:
            [
                ["{plate}", "欢迎光临", "您有欠费{amount}元", "请补缴"],
                ["{plate}", "Welcome.", "{amount} yuan are owed for earlier parking"],
            ]
        case .noNetwork:
            [
                ["{plate}", "网络中断", "暂不能扫码支付", "请使用现金或联系管理员"],
                ["{plate}", "No network: no payment by code now.", "Please pay cash or call the attendant"],
            ]
        case .callAttendant:
            [
                ["{plate}", "应付{amount}元", "{reason}", "请联系管理员"],
                ["{plate}", "{amount} yuan due.", "{reason}", "Please call the attendant"],
            ]
        case .passInGrace:
            [
                ["{plate}", "欢迎光临", "月卡已到期", "宽限剩{days}天，请续费"],
                ["{plate}", "Welcome. Your pass is over.", "Days of grace left: {days}", "Please renew"],
            ]
        case .passExpired:
            [
                ["{plate}", "欢迎光临", "月卡无效，按临停收费"],
                ["{plate}", "Welcome.", "Your pass is not valid now:", "the tariff applies"],
            ]
        case .visitOutside:
            [
                ["{plate}", "欢迎光临", "不在预约时段", "按临停收费"],
                ["{plate}", "Welcome.", "Outside the time of your visit:", "the tariff applies"],
            ]
        case .showYourCode:
            [
                ["{plate}", "应付{amount}元", "请出示付款码"],
                ["{plate}", "{amount} yuan.", "Please show your payment code"],
            ]
        case .scanOrShow:
            [
                ["{plate}", "应付{amount}元", "请扫码或出示付款码"],
                ["{plate}", "{amount} yuan.", "Please scan, or show your code"],
            ]
        case .scanOrCall:
            [
                ["{plate}", "应付{amount}元", "请扫码支付或联系管理员"],
                ["{plate}", "{amount} yuan.", "Please scan to pay,", "or call the attendant"],
            ]
        case .takeTicket:
            [
                ["欢迎光临", "请保存停车票二维码", "出场时使用"],
                ["Welcome.", "Keep this ticket code", "for the exit"],
            ]
        case .takePrintedTicket: [["欢迎光临", "请取停车票"], ["Welcome.", "Please take your ticket"]]
        case .goManual: [["人工放行"], ["Opened by the attendant"]]
        case .laneFire: [["火警", "请立即驶离"], ["Fire alarm.", "Leave now"]]
        case .laneMoveOn: [["请勿停留", "请驶离"], ["Do not stop here.", "Please drive on"]]
        case .laneOneCarAtATime: [["一车一杆", "请勿跟车"], ["One car at a time.", "Please wait"]]
        case .laneOutOfService: [["车道停用", "请走其他车道"], ["Lane out of service.", "Use another lane"]]
        case .laneReady: [["一车一杆", "减速慢行"], ["One car at a time.", "Drive slowly"]]
        case .due: [["应付{amount}元", "请付款"], ["{amount} yuan.", "Please pay"]]
        case .oneMoment: [["请稍候"], ["One moment please"]]
        case .thanks: [["已付{amount}元", "谢谢"], ["Paid {amount} yuan.", "Thank you"]]
        case .thanksLater: [["{amount}元稍后扣款", "谢谢"], ["{amount} yuan will be charged later.", "Thank you"]]
        case .notPaid: [["应付{amount}元", "{reason}"], ["{amount} yuan due.", "{reason}"]]
        case .notPaidTryAnother:
            [
                ["应付{amount}元", "{reason}", "请换一种支付方式"],
                ["{amount} yuan due.", "{reason}", "Please pay another way"],
            ]
        case .cancelled: [["交易已取消"], ["Cancelled"]]
        case .refunded: [["已退款{amount}元"], ["{amount} yuan refunded"]]
        }
    }
}

extension Notice.HoldReason {
    /// Chinese, English.
    fileprivate var builtIn: (String, String) {
        switch self {
        case .noEntryRecord: ("无入场记录", "No entry record.")
        case .fakePlate: ("车牌异常", "The plate looks like a picture or a copy.")
        case .severalCandidates: ("与场内车牌相似 请核对", "The plate is like another one inside.")
        case .entryTimeUnknown: ("入场时间无法确认", "The time of entry is not known.")
        case .payHere: ("请付停车费", "Please pay for parking here.")
        case .ticketUnreadable: ("无法识别停车票", "This is not a parking ticket.")
        case .ticketOfOtherCarPark: ("这是其他停车场的停车票", "This ticket is of another car park.")
        case .ticketNotValid: ("停车票已使用或无效", "This ticket has been used or is not valid.")
        case .ticketOfOtherCar: ("停车票与车牌不符", "This ticket belongs to another car.")
        case .declined: ("扣款被拒", "Payment declined.")
        case .noContract: ("未签约无感支付", "No payment contract.")
        case .insufficientFunds: ("余额不足", "Not enough money in the account.")
        case .noAnswer: ("支付超时", "No answer to the payment.")
        case .platformUnsure: ("支付结果未知", "Payment result not known.")
        case .offlineNotAllowed: ("网络中断", "No network.")
        case .diskFull: ("设备存储故障", "The box cannot store records.")
        case .plateNotRead: ("未识别到车牌", "Plate not read.")
        case .alreadyInside: ("该车牌已在场内", "This plate is already inside.")
        case .conflict: ("支付异常", "Payment error.")
        case .owes: ("有欠费未缴", "Earlier parking is not paid.")
        case .notConfirmed: ("未确认支付", "The payment was not confirmed.")
        case .denied: ("账户受限", "This account may not pay now.")
        case .full: ("车位已满", "The car park is full.")
        case .notPermitted: ("非授权车辆", "This plate may not come in.")
        case .barred: ("禁止入场", "This plate is barred.")
        case .passExpired: ("月卡已过期", "The pass has expired.")
        case .passNotYet: ("月卡未生效", "The pass is not valid yet.")
        case .visitorEarly: ("未到预约时段", "The visit has not begun.")
        case .visitorLate: ("预约时段已过", "The time of the visit is over.")
        case .severalStays: ("同一车牌多车在场", "Two cars of this plate are inside.")
        case .atOtherLane: ("该车牌正在另一车道办理", "This plate is being dealt with at another lane.")
        case .nothingToPay: ("尚未输入金额", "No amount has been keyed.")
        case .badAmount: ("金额无效", "The amount is not allowed.")
        case .refundNeedsNetwork: ("网络中断 暂不能退款", "No network. Refunds are not possible now.")
        case .refundRefused: ("退款被拒", "The refund was refused.")
        }
    }
}
