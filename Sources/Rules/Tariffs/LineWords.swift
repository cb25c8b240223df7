public import Vocabulary

/// What a line of a price is called on a receipt and on a page.
extension Quote.Line.Kind {
    public var chinese: String {
        switch self {
        case .freePeriod: "免费时间"
        case .firstPeriod: "首时段"
        case .nextPeriods: "后续时段"
        case .unitPeriods: "计时单位"
        case .windowCap: "时段封顶"
        case .dailyCap: "日封顶"
        case .stayCap: "单次封顶"
        case .discount: "优惠"
        case .minimum: "最低收费"
        case .rounding: "取整"
        case .item: "项目"
        case .coupon: "优惠券"
        }
    }

    public var english: String {
        switch self {
        case .freePeriod: "free time"
        case .firstPeriod: "first period"
        case .nextPeriods: "next periods"
        case .unitPeriods: "unit periods"
        case .windowCap: "window's cap"
        case .dailyCap: "daily cap"
        case .stayCap: "stay's cap"
        case .discount: "discount"
        case .minimum: "minimum"
        case .rounding: "rounding"
        case .item: "item"
        case .coupon: "coupon"
        }
    }
}
