internal import JSONText
public import Vocabulary

/// What the platform sets aside for boxes. Without such a section in its configuration: nothing.
public struct LeaseLimits: Equatable, Sendable {
    /// The most that may be left unspent in one lease on a purse; 0: no such leases.
    public var mostPerPurse: Fen
    /// How much of what a purse has available one order may set aside, in percent: 1...100. The rest stays for the
    /// other boxes, and for payments that are made online.
    public var pursePercent: Int64
    /// The most that may be left unspent in one lease on a buyer's account.
    public var mostPerPayout: Fen
    /// The most that may be left unspent in all leases of one box together.
    public var mostPerBox: Fen
    /// The longest a lease may last without being renewed.
    public var mostSeconds: Int64
    /// How long after its end the money is still held for records that come late.
    public var graceSeconds: Int64
    /// The buyers whose accounts may be leased for payouts, and to which boxes.
    public var payouts: [Slug: Set<DeviceID>]

    public init(
        mostPerPurse: Fen, pursePercent: Int64, mostPerPayout: Fen, mostPerBox: Fen, mostSeconds: Int64,
        graceSeconds: Int64, payouts: [Slug: Set<DeviceID>]
    ) {
        self.mostPerPurse = mostPerPurse
        self.pursePercent = pursePercent
        self.mostPerPayout = mostPerPayout
        self.mostPerBox = mostPerBox
        self.mostSeconds = mostSeconds
        self.graceSeconds = graceSeconds
        self.payouts = payouts
    }

    /// Nothing is set aside.
    public static let none = LeaseLimits(
        mostPerPurse: .zero, pursePercent: 100, mostPerPayout: .zero, mostPerBox: .zero, mostSeconds: 1,
        graceSeconds: 0, payouts: [:])

    /// A box may have so many leases open on one purse or buyer's account: after its disk was wiped it knows nothing of
    /// the one before, which then ends by itself.
    static let mostOpen: Int64 = 3

    /// Reads the `leases` section of the platform's configuration.
    /// - Returns: nil, with what is wrong noted in the reader.
    init?(_ reader: ObjectReader) {
        let money: ClosedRange<Int64> = 0...PlatformConfiguration.mostMoney
        var payouts: [Slug: Set<DeviceID>] = [:]
        _ =
            reader.has("payouts")
            ? reader.objects("payouts", count: 0...1_000) { entry -> Bool? in
                let account = entry.parsed("account", expected: "an account's name", Slug.init)
                let devices = entry.parsedList("devices", count: 1...10_000, expected: "a device's name", Slug.init)
                guard let account else { return nil }
                payouts[account, default: []].formUnion(devices)
                return true
            } : []
        self.init(
            mostPerPurse: Fen(reader.integer("mostPerPurse", in: money, unit: "fen")),
            pursePercent: reader.integer("pursePercent", in: 1...100, unit: "percent", default: 50),
            mostPerPayout: Fen(reader.integer("mostPerPayout", in: money, unit: "fen", default: 0)),
            mostPerBox: Fen(reader.integer("mostPerBox", in: money, unit: "fen")),
            mostSeconds: 3_600 * reader.integer("mostHours", in: 1...744, unit: "hours"),
            graceSeconds: 3_600 * reader.integer("graceHours", in: 1...2_400, unit: "hours", default: 24),
            payouts: payouts)
    }
}
