internal import JSONText
public import Vocabulary

/// How a driver may pay at the exit, in what order it is tried, and how long each step waits.
public struct LanePayment: Hashable, Sendable {
    public enum Method: String, CaseIterable, Sendable {
        /// The contract of the plate: without stopping, so always the first.
        case contract
        /// A code that the sign shows, for the driver to scan.
        case shownCode
        /// A code that the driver shows, under the scanner.
        case payerCode
        /// Money that the attendant takes.
        case cash

        init?(_ kind: Instrument.Kind) {
            switch kind {
            case .plate: self = .contract
            case .shownCode: self = .shownCode
            case .payerCode: self = .payerCode
            case .cash: self = .cash
            case .member, .face, .card: return nil
            }
        }
    }

    /// At most this many codes are shown by themselves to one car; more when somebody asks for one.
    public static let mostCodes = 3

    /// In the order in which they are tried.
    public var methods: [Method]
    /// How long after the contract has failed the sign shows a code by itself; nil: only when it is asked for.
    public var shownCodeAfter: Uptime.Span?
    /// How long the driver is left to pay alone before the attendant is called; nil: the attendant is called at once.
    public var callAttendantAfter: Uptime.Span?
    /// How long the platform is waited for to say which coupon fits; nil: it is not asked. It delays every car that has
    /// to pay.
    public var couponWithin: Uptime.Span?
    /// How long the price that a lane shows holds for cash: counting notes takes longer than a minute may.
    public var priceHoldsFor: Uptime.Span

    public init(
        methods: [Method] = Method.allCases, shownCodeAfter: Uptime.Span? = nil,
        callAttendantAfter: Uptime.Span? = nil, couponWithin: Uptime.Span? = nil,
        priceHoldsFor: Uptime.Span = .seconds(300)
    ) {
        self.methods = methods
        self.shownCodeAfter = shownCodeAfter
        self.callAttendantAfter = callAttendantAfter
        self.couponWithin = couponWithin
        self.priceHoldsFor = priceHoldsFor
    }

    func takes(_ kind: Instrument.Kind) -> Bool { Method(kind).map { methods.contains($0) } ?? false }

    /// Whether the sign shows a code without being asked.
    var showsCodes: Bool { shownCodeAfter != nil && methods.contains(.shownCode) }

    /// Whether the driver can do something alone before the attendant is called.
    var leavesDriverAlone: Bool { showsCodes || (callAttendantAfter != nil && methods.contains(.payerCode)) }
}

extension LanePayment {
    /// Reads these of a scenario's `payment`.
    init?(_ reader: ObjectReader) {
        let names = Method.allCases.map(\.rawValue).joined(separator: ", ")
        let methods = reader.parsedList("methods", count: 1...Method.allCases.count, expected: names) {
            text throws(NoMethod) in
            guard let method = Method(rawValue: text) else { throw NoMethod(names: names) }
            return method
        }
        if Set(methods).count < methods.count {
            reader.refuse("methods", found: "a method twice", expected: "each once")
        }
        if methods.dropFirst().contains(.contract) {
            reader.refuse(
                "methods", found: "contract after another", expected: "contract first: it needs no stopping")
        }
        let shown = reader.optionalInteger("shownCodeAfterMilliseconds", in: 0...120_000, unit: "milliseconds")
        if shown != nil, !methods.contains(.shownCode) {
            reader.refuse(
                "shownCodeAfterMilliseconds", found: "no shownCode among the methods",
                expected: "shownCode, or not this")
        }
        let call = reader.optionalInteger("callAttendantAfterSeconds", in: 5...600, unit: "seconds")
        let coupon = reader.optionalInteger("couponWithinMilliseconds", in: 50...5_000, unit: "milliseconds")
        let holds = reader.optionalInteger("priceHoldsMinutes", in: 0...30, unit: "minutes") ?? 5
        self.init(
            methods: methods, shownCodeAfter: shown.map { .milliseconds($0) },
            callAttendantAfter: call.map { .seconds($0) }, couponWithin: coupon.map { .milliseconds($0) },
            priceHoldsFor: .seconds(holds * 60))
    }

    private struct NoMethod: Error, CustomStringConvertible {
        var names: String
        var description: String { "one of \(names)" }
    }
}
