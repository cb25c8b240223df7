public import JSONText

extension SerialSettings {
    /// Reads a serial line in a hardware file: `path`, `bitsPerSecond`, `dataBits`, `parity`, `stopBits`.
    public init?(_ reader: ObjectReader) {
        let path = reader.string("path", longest: 255)
        let speed = Int(reader.integer("bitsPerSecond", in: 1_200...115_200, default: 9_600))
        let dataBits = Int(reader.integer("dataBits", in: 7...8, default: 8))
        let parity = reader.choice("parity", default: Parity.none)
        let stopBits = Int(reader.integer("stopBits", in: 1...2, default: 1))
        guard SerialSettings.speeds.contains(speed) else {
            reader.refuse(
                "bitsPerSecond", found: "\(speed)",
                expected: "one of \(SerialSettings.speeds.map(String.init).joined(separator: ", "))")
            return nil
        }
        self.init(path: path, bitsPerSecond: speed, dataBits: dataBits, parity: parity, stopBits: stopBits)
    }
}
