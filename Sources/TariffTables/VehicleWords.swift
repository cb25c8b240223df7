internal import Vocabulary

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
