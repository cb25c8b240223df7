/// What a tariff and a gate tell vehicles apart by.
public enum VehicleClass: String, CaseIterable, Sendable {
    case small, large
    /// Driven by electricity or gas, with a green plate: small, and large.
    case newEnergy, newEnergyLarge
    /// Police, fire engines, ambulances.
    case special

    /// The class that a mainland plate's colour tells (GA 36-2018): yellow is large, green small and yellow-green large
    /// with new energy, white is police and army. Any other counts as small.
    public init(_ colour: PlateColour) {
        self =
            switch colour {
            case .yellow: .large
            case .green: .newEnergy
            case .yellowGreen: .newEnergyLarge
            case .white: .special
            case .unknown, .blue, .black: .small
            }
    }
}
