package import Vocabulary
internal import Wire

/// Records as a car park makes them: of each car its entry, its payment (promised offline) and its exit.
package struct SampleRecords {
    private let plate: Plate
    private let entry: LaneID
    private let exit: LaneID
    private let tariff: Slug
    private var made: UInt64 = 0
    private var waiting: [Record.Event] = []
    private let start: Int64
    /// When the car came in whose records wait.
    private var entered: WallTime

    /// - Parameters:
    ///   - plate: whose contract pays.
    ///   - wall: when the first car came.
    package init(plate: String, at wall: WallTime) throws {
        self.plate = try Plate(plate)
        entry = try LaneID("entry-1")
        exit = try LaneID("exit-1")
        tariff = try Slug("city-centre-2026-1")
        start = wall.milliseconds
        entered = wall
    }

    /// The next record, and when it happened.
    package mutating func next() -> (at: WallTime, body: [UInt8]) {
        if waiting.isEmpty { waiting = Array(car().reversed()) }
        made += 1
        let event = waiting.removeLast()
        var at = WallTime(milliseconds: start + Int64(made) * 100)
        // The platform compares the entry with the beginning of the quote.
        if case .stayOpened = event { at = entered }
        return (at, Record(at: at, isSynchronised: true, event: event).body)
    }

    /// A charge of 7.00 yuan.
    package mutating func charge() -> Charge {
        let now = WallTime(milliseconds: start + Int64(made) * 100)
        return Charge(payment: id(), plate: plate, stay: id(), lane: exit, quote: quote(until: now))
    }

    private func quote(until: WallTime) -> Quote {
        Quote(
            tariff: tariff, from: WallTime(milliseconds: until.milliseconds - 5_400_000), until: until,
            lines: [
                .init(kind: .firstPeriod, minutes: 60, amount: Fen(500)),
                .init(kind: .unitPeriods, minutes: 30, amount: Fen(200)),
            ], total: Fen(700))
    }

    private mutating func id() -> UUIDv7 {
        made += 1
        // A multiplication by an odd number repeats only after 2^64 steps; the dice need no more than that here.
        let dice = made &* 0x9E37_79B9_7F4A_7C15
        return UUIDv7(at: WallTime(milliseconds: start + Int64(made)), random: (dice >> 7, dice))
    }

    private mutating func car() -> [Record.Event] {
        let charge = charge()
        entered = charge.quote.began
        let (stay, comes, goes) = (charge.stay ?? charge.payment, id(), id())
        return [
            .decision(transit: comes, lane: entry, plate: plate, stay: stay, verdict: .admit, reason: "entry"),
            .stayOpened(
                StayEntry(stay: stay, plate: plate, tariff: tariff, lane: entry, entered: entered)),
            .pulse(transit: comes, lane: entry, relay: "raise", milliseconds: 500),
            .passage(transit: comes, lane: entry, .passed),
            .payment(.acceptedOffline, charge, nil),
            .decision(
                transit: goes, lane: exit, plate: plate, stay: stay, verdict: .letOut, reason: "chargedOffline"),
            .pulse(transit: goes, lane: exit, relay: "raise", milliseconds: 500),
            .passage(transit: goes, lane: exit, .passed),
            .stayClosed(stay: stay, lane: exit, transit: goes),
        ]
    }
}
