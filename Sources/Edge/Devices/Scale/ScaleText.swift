internal import Vocabulary

/// A line of text: `ST,GS,+0012450kg`, `wn0003.17kg`, or `=` and the digits reversed (`=71.3000` is 3.17).
enum ScaleText {
    static func reading(_ line: [UInt8], unit: ScaleUnit) throws(ScaleFault) -> ScaleReading {
        guard line.count <= ScaleFrames.longest else { throw .tooLong }
        guard line.first != UInt8(ascii: "=") else {
            let reversed = Array(line.dropFirst().reversed().drop { $0 == 0x20 })
            return try reading(of: reversed, isStable: nil, unit: unit)
        }
        let text = line.filter { $0 != 0x20 }
        let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        if fields.count >= 2 { return try standard(fields, unit: unit) }
        guard text.first.map(lower) == UInt8(ascii: "w"), text.count > 2 else {
            return try reading(of: text, isStable: nil, unit: unit)
        }
        switch lower(text[1]) {
        case UInt8(ascii: "n"), UInt8(ascii: "w"), UInt8(ascii: "g"):
            return try reading(of: Array(text[2...]), isStable: nil, unit: unit)
        // A tare alone is no weight of goods.
        default: throw .notAFrame
        }
    }

    /// `ST|US|OL , GS|NT , sign digits unit`.
    private static func standard(_ fields: [ArraySlice<UInt8>], unit: ScaleUnit) throws(ScaleFault) -> ScaleReading {
        let state = String(decoding: fields[0], as: UTF8.self).uppercased()
        // OL may have no digits at all.
        if state == "OL" {
            return ScaleReading(net: Grams(0), tare: nil, isStable: false, isOverRange: true, isNegative: false)
        }
        guard state == "ST" || state == "US" else { throw .notAFrame }
        guard let value = fields.last, fields.count <= 3 else { throw .notAFrame }
        if fields.count == 3 {
            let kind = String(decoding: fields[1], as: UTF8.self).uppercased()
            guard ["GS", "NT", "G", "N"].contains(kind) else { throw .notAFrame }
        }
        return try reading(of: Array(value), isStable: state == "ST", unit: unit)
    }

    /// Sign, digits with at most one point, unit.
    private static func reading(
        of text: [UInt8], isStable: Bool?, unit: ScaleUnit
    ) throws(ScaleFault) -> ScaleReading {
        var rest = text[...]
        let hasMinus = rest.first == UInt8(ascii: "-")
        if hasMinus || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let number = rest.prefix { $0 == UInt8(ascii: ".") || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw .notDigits }
        let written = try self.unit(rest.dropFirst(number.count)) ?? unit
        let decimals = parts.count == 2 ? parts[1].count : 0
        let net = try written.weight(try scaleDigits(parts.joined().map { $0 }), decimals: decimals)
        return ScaleReading(
            net: net, tare: nil, isStable: isStable, isOverRange: false, isNegative: hasMinus && net.count > 0)
    }

    private static func unit(_ text: ArraySlice<UInt8>) throws(ScaleFault) -> ScaleUnit? {
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "": nil
        case "kg": .kilogram
        case "g": .gram
        case "jin", "斤": .jin
        default: throw .badUnit
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte | 0x20 }
}
