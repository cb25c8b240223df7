extension VehicleClass {
    /// The class that a mainland plate's characters tell, where nobody has said its colour (GA 36-2018).
    ///
    /// New energy plates have eight characters: a letter A–K of drive type in the third place for small vehicles, in
    /// the last place for large ones. 警 and 应急 at the end are police and emergency. Any other counts as small.
    public init(plate: Plate) {
        let characters = Array(plate.text.unicodeScalars)
        let drives: ClosedRange<Unicode.Scalar> = "A"..."K"
        let isNumber = characters.dropFirst(2).allSatisfy { $0.isASCII }
        switch characters {
        case _ where plate.text.hasSuffix("警") || plate.text.hasSuffix("应急"): self = .special
        case _ where characters.count == 8 && isNumber && drives.contains(characters[2]): self = .newEnergy
        case _ where characters.count == 8 && isNumber && drives.contains(characters[7]): self = .newEnergyLarge
        default: self = .small
        }
    }
}
