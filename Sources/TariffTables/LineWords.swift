internal import Vocabulary

extension Quote.Line.Kind {
    /// What a line of this kind is called on a receipt.
    var words: (chinese: String, english: String) {
        switch self {
        case .freePeriod: ("免费时间", "free time")
        case .firstPeriod: ("首时段", "first period")
        case .nextPeriods: ("后续时段", "next periods")
        case .unitPeriods: ("计时单位", "unit periods")
        case .windowCap: ("时段封顶", "window's cap")
        case .dailyCap: ("日封顶", "daily cap")
        case .stayCap: ("单次封顶", "stay's cap")
        case .discount: ("优惠", "discount")
        case .minimum: ("最低收费", "minimum")
        case .rounding: ("取整", "rounding")
        case .item: ("项目", "item")
        case .coupon: ("优惠券", "coupon")
        }
    }
}

extension VehicleClass {
    /// What the class is called.
    var words: (chinese: String, english: String) {
        switch self {
        case .small: ("小型车", "small")
        case .large: ("大型车", "large")
        case .newEnergy: ("小型新能源车", "new energy")
        case .newEnergyLarge: ("大型新能源车", "new energy, large")
        case .special: ("特种车", "special")
        }
    }
}
