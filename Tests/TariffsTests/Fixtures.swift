import JSONText
import Vocabulary

@testable import Tariffs

func slug(_ text: String) -> Slug {
    guard let slug = try? Slug(text) else { preconditionFailure("\(text) is a name") }
    return slug
}

/// Dice that fall the same way for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Reads one tariff as it stands in a file.
func readTariff(_ text: String) throws(Findings) -> Tariff {
    try DocumentReader.read(Array(text.utf8), dialect: .json5, file: "t.json5") { Tariff($0) }
}

/// The faults of a text as `path: found`.
func faults(_ text: String) -> [String] {
    do throws(Findings) {
        _ = try readTariff(text)
        return []
    } catch { return error.list.map { "\($0.path): \($0.found)" } }
}

/// A moment by the clock of China: `2026-11-20 08:05`.
func china(_ text: String) -> WallTime { moment(text, .china) }

/// A moment by a local clock: `2026-11-20 08:05` or, with seconds, `2026-11-20 08:05:30`.
func moment(_ text: String, _ zone: TimeZoneRule) -> WallTime {
    let parts = text.split(separator: " ")
    let clock = parts[1].split(separator: ":").compactMap { Int64($0) }
    guard let date = try? CivilDate(String(parts[0])), clock.count >= 2 else {
        preconditionFailure("\(text) is a time")
    }
    let second = clock[0] * 3_600 + clock[1] * 60 + (clock.count > 2 ? clock[2] : 0)
    return WallTime(milliseconds: zone.instant(date, second: second) * 1_000)
}

extension Tariff {
    /// What a stay from one moment of the local clock to another costs, in fen.
    func fen(_ from: String, _ until: String, _ vehicle: VehicleClass = .small, pass: Slug? = nil) throws -> Int64 {
        try quote(from, until, vehicle, pass: pass).total.count
    }

    func quote(_ from: String, _ until: String, _ vehicle: VehicleClass = .small, pass: Slug? = nil) throws -> Quote {
        let (began, ended) = (moment(from, zone), moment(until, zone))
        return try quote(
            from: began, duration: .milliseconds(ended.milliseconds - began.milliseconds), vehicle: vehicle, pass: pass)
    }
}
