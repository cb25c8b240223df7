public import JSONText
internal import Vocabulary

extension OfflinePolicy {
    private static let amounts: ClosedRange<Int64> = 0...1_000_000_000
    private static let counts: ClosedRange<Int64> = 0...1_000_000

    /// Reads the `offline` part of a scenario, or what the platform puts in its place.
    /// - Returns: nil, with what is wrong noted in the reader.
    public init?(_ reader: ObjectReader) {
        var limits: [Instrument.Kind: Limits] = [:]
        _ = reader.object("instruments") { kinds -> Bool in
            for kind in Instrument.Kind.allCases where kind.canBeDebitedLater {
                if let read = kinds.optionalObject(kind.rawValue, { Limits($0) }) { limits[kind] = read }
            }
            return true
        }
        self.init(
            limits: limits, perBox: Fen(reader.integer("perBox", in: Self.amounts, unit: "fen")),
            perBoxCount: reader.integer("perBoxCount", in: Self.counts, unit: "payments"),
            longestWithoutContact: .seconds(
                3_600 * reader.integer("longestWithoutContactHours", in: 0...720, unit: "hours")))
    }
}

extension OfflinePolicy.Limits {
    fileprivate init?(_ reader: ObjectReader) {
        let amounts: ClosedRange<Int64> = 0...1_000_000_000
        let counts: ClosedRange<Int64> = 0...1_000_000
        let velocity = reader.optionalObject("velocity") {
            (
                $0.integer("count", in: 1...OfflineLedger.mostVelocity, unit: "payments"),
                $0.integer("hours", in: 1...720, unit: "hours")
            )
        }
        self.init(
            perPayment: Fen(reader.integer("perPayment", in: amounts, unit: "fen")),
            perAccount: Fen(reader.integer("perAccount", in: amounts, unit: "fen")),
            perAccountCount: reader.integer("perAccountCount", in: counts, unit: "payments"),
            longestListAge: .seconds(3_600 * reader.integer("longestListAgeHours", in: 0...720, unit: "hours")),
            velocityCount: velocity?.0 ?? .max, velocityWindow: .seconds(3_600 * (velocity?.1 ?? 0)),
            whenRefused: reader.optionalChoice("whenRefused"))
    }
}
