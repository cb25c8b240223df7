public import JSONText
public import Payments
public import Vocabulary

/// What a till does, as data.
public struct TillScenario: Hashable, Sendable {
    /// An output that is energised when a sale is paid, and for how long.
    public struct Output: Hashable, Sendable {
        public var name: String
        public var span: Uptime.Span

        public init(name: String, span: Uptime.Span) {
            self.name = name
            self.span = span
        }
    }

    public var id: Slug
    /// The till's own name, in records and on the display.
    public var till: LaneID
    /// The price list that keyed amounts and items belong to.
    public var prices: Slug
    /// The most one sale may come to.
    public var mostAmount: Fen
    public var timings: PaymentTimings
    public var offline: OfflinePolicy
    /// nil: the till asks for no leases.
    public var leases: LeasePolicy?
    /// What stands in the code that a phone scans; nil: the till shows none.
    public var merchantQR: QRMerchant?
    /// The turnstile or drawer, and the buzzer.
    public var outputs: [Output]

    public init(
        id: Slug, till: LaneID, prices: Slug, mostAmount: Fen, timings: PaymentTimings, offline: OfflinePolicy,
        leases: LeasePolicy? = nil, merchantQR: QRMerchant? = nil, outputs: [Output] = []
    ) {
        self.id = id
        self.till = till
        self.prices = prices
        self.mostAmount = mostAmount
        self.timings = timings
        self.offline = offline
        self.leases = leases
        self.merchantQR = merchantQR
        self.outputs = outputs
    }

    /// The `kind` member of such a file.
    public static let kind = "till-scenario"

    /// Reads a scenario file (JSON5).
    /// - Throws: every fault in it, with line, column, path, what was found and what was expected.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { TillScenario($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(TillScenario.kind)
        let id = root.parsed("id", expected: "a name", Slug.init)
        let till = root.parsed("till", expected: "a name", Slug.init)
        let prices = root.parsed("prices", expected: "a name", Slug.init)
        let most = root.integer("mostAmount", in: 1...10_000_000, unit: "fen")
        let timings = root.object("payment") { reader in
            PaymentTimings(
                answerWithin: .milliseconds(
                    reader.integer("answerWithinMilliseconds", in: 200...60_000, default: 2_000)),
                askAgainAfter: .milliseconds(
                    reader.integer("askAgainAfterMilliseconds", in: 500...60_000, default: 5_000)))
        }
        let offline = root.object("offline") { OfflinePolicy($0) }
        let leases = root.optionalObject("leases") { LeasePolicy($0) }
        let merchantQR = root.optionalObject("merchantQR") { QRMerchant($0) }
        let outputs = root.objects("outputs", count: 0...8) { reader in
            Output(
                name: reader.string("name", longest: 64),
                span: .milliseconds(reader.integer("milliseconds", in: 20...10_000)))
        }
        guard let id, let till, let prices, let timings, let offline else { return nil }
        self.init(
            id: id, till: till, prices: prices, mostAmount: Fen(most), timings: timings, offline: offline,
            leases: leases, merchantQR: merchantQR, outputs: outputs)
    }
}
