import Vocabulary
import Wire

@testable import Shifts

/// One drawer, with the disk that its shifts are kept on.
struct Drawer {
    static let entry = lane("entry-1"), exit = lane("exit-1")

    private(set) var desk = ShiftDesk(exits: [exit])
    private(set) var table: [String: [String: [UInt8]]] = [:]
    /// The last id that was made.
    private(set) var last = UUIDv7(at: WallTime(milliseconds: 1), random: (0, 0))
    private var made: UInt64 = 0
    private var now = WallTime(milliseconds: 1_750_000_000_000)

    static func lane(_ text: String) -> LaneID {
        guard let lane = try? LaneID(text) else { preconditionFailure("\(text) is a name") }
        return lane
    }

    mutating func id() -> UUIDv7 {
        made += 1
        now.milliseconds += 1_000
        last = UUIDv7(at: now, random: (made, made))
        return last
    }

    mutating func charge(_ fen: Int64, _ instrument: Instrument? = nil) -> Charge {
        guard let plate = try? Plate("粤B12345"), let tariff = try? Slug("city-1") else {
            preconditionFailure("these are a plate and a name")
        }
        let quote = Quote(tariff: tariff, from: now, until: now, lines: [], total: Fen(fen))
        return Charge(
            payment: id(), instrument: instrument ?? .contract(Holder(plate: plate)), plate: plate, stay: id(),
            lane: Drawer.exit, quote: quote)
    }

    mutating func refund(of payment: PaymentID, _ fen: Int64) -> Refund {
        Refund(id: id(), payment: payment, amount: Fen(fen), who: "Zhao", why: "too much")
    }

    private mutating func apply(_ changes: [StateChange]) {
        for change in changes {
            switch change {
            case .put(let kind, let key, let value): table[kind, default: [:]][key] = value
            case .remove(let kind, let key): table[kind]?[key] = nil
            case .removeAll(let kind): table[kind] = nil
            }
        }
    }

    mutating func open(_ who: String, float: Int64) throws(ShiftRefusal) {
        let write = try desk.open(ShiftOpening(shift: id(), who: who, float: Fen(float)), at: now)
        apply(write.state)
    }

    mutating func close(
        _ who: String, _ counts: [Int64: Int64], next: String? = nil, left: Int64? = nil
    ) throws -> ClosedShift {
        let count = try CashCount(Dictionary(uniqueKeysWithValues: counts.map { (Fen($0.key), $0.value) }))
        let successor = next.map { ($0, id()) }
        let write = try desk.close(by: who, count, next: successor, left: left.map { Fen($0) }, at: now)
        apply(write.state)
        guard let report = desk.closed.last else { throw ShiftRefusal.noneOpen }
        desk.written(report.id)
        return report
    }

    /// A write that reaches the disk.
    mutating func write(_ records: [Record.Event]) {
        if let (state, _) = desk.count(records, at: now) { apply(state) }
    }

    @discardableResult
    mutating func cash(_ fen: Int64) -> PaymentID {
        let charge = charge(fen, .cash(takenBy: "Zhao"))
        write([.payment(.cashTaken, charge, nil)])
        return charge.payment
    }

    /// Cash that was never taken: there was no room for its record.
    mutating func refuseCash(_ fen: Int64) {
        let charge = charge(fen, .cash(takenBy: "Zhao"))
        guard let (_, counted) = desk.count([.payment(.cashTaken, charge, nil)], at: now) else { return }
        apply(desk.takeBack(counted))
    }

    /// The daemon dies and begins anew with what is on disk.
    mutating func restart() {
        let kept = table.mapValues { values in values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        }
        desk = ShiftDesk.recover(kept, exits: [Drawer.exit]).desk
    }
}

/// A small generator, so that a run can be repeated.
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// 0 to `count` - 1.
    mutating func next(_ count: UInt64) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % count)
    }
}
