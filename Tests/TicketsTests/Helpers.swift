import Tickets
import Vocabulary
import Wire

let platformKey = BoxKey(seed: Array(1...32))!
let platformKeys: [UInt8: BoxPublicKey] = [3: platformKey.publicKey]

func slug(_ text: String) -> Slug { try! Slug(text) }
func day(_ text: String) -> CivilDate { try! CivilDate(text) }

/// A moment in China.
func wall(_ date: String, _ minute: Int64, in zone: TimeZoneRule = .china) -> WallTime {
    WallTime(milliseconds: zone.instant(day(date), second: minute * 60) * 1_000)
}

func id(_ number: UInt64) -> UUIDv7 { UUIDv7(at: wall("2026-11-21", 8 * 60), random: (number, number)) }

func allDay(_ date: String) -> TicketWindow { try! TicketWindow(firstDay: day(date), lastDay: day(date)) }

func ticket(
    _ number: UInt64 = 1, entries: Int64 = 1, group: Int64 = 1, from: String = "2026-11-21", to: String = "2026-11-21",
    _ opens: Int64 = 0, _ closes: Int64 = 1_440
) -> GateTicket {
    try! GateTicket(
        id: id(number), site: slug("west-lake"), kind: slug("adult"),
        window: TicketWindow(firstDay: day(from), lastDay: day(to), opens: opens, closes: closes), entries: entries,
        group: group)
}

/// SplitMix64: the same seed, the same throws.
struct SeededDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}

func clock(_ date: String = "2026-11-21", _ minute: Int64 = 600, _ uptime: Int64 = 0, isSynchronised: Bool = true)
    -> ClockReading
{
    ClockReading(
        uptime: Uptime(milliseconds: 100_000_000 + (minute - 600) * 60_000 + uptime),
        wall: WallTime(milliseconds: wall(date, minute).milliseconds + uptime),
        isSynchronised: isSynchronised)
}

func makeGate(_ rules: TicketRules = TicketRules(), _ name: String = "north", kept: [[UInt8]] = [], most: Int = 100_000)
    -> TicketGate
{
    var lost: [String] = []
    return TicketGate(
        rules, site: slug("west-lake"), gate: slug(name), zone: .china, keys: platformKeys, kept: kept, lost: &lost,
        most: most)
}

func code(_ ticket: GateTicket) -> String { GateTicketCode.write(ticket, key: platformKey, number: 3) }

extension [TicketGate.Action] {
    var admitted: [TicketUse] { compactMap { if case .admit(let use) = $0 { use } else { nil } } }
    var refused: [TicketRefusal] { compactMap { if case .refuse(_, let why) = $0 { why } else { nil } } }
    var recorded: [TicketFact] { compactMap { if case .record(let fact) = $0 { fact } else { nil } } }
    var asked: [TicketUse] { compactMap { if case .ask(let use, _) = $0 { use } else { nil } } }
    var kept: [StateChange] {
        flatMap { action -> [StateChange] in if case .keep(let changes) = action { changes } else { [] } }
    }
    var overused: [TicketOveruse] { compactMap { if case .overused(let found) = $0 { found } else { nil } } }
}
