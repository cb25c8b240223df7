import Glibc
import Purses
import Testing
import Vocabulary

func slug(_ text: String) -> Slug {
    guard let slug = try? Slug(text) else { preconditionFailure("\(text) is a name") }
    return slug
}

func day(_ text: String) -> CivilDate {
    guard let day = try? CivilDate(text) else { preconditionFailure("\(text) is a day") }
    return day
}

/// Lines as `(fen, class)`.
func basket(_ lines: (Int64, String)...) -> Basket {
    let lines = lines.map { Basket.Line(amount: Fen($0.0), item: slug($0.1)) }
    guard let basket = try? Basket(lines) else { preconditionFailure("these lines are a basket") }
    return basket
}

func lot(_ id: String?, _ left: Int64, until: String? = nil) -> PurseState.Lot {
    PurseState.Lot(id: id.map(slug), expires: until.map(day), left: Fen(left))
}

func spend(_ line: Int, _ purse: String, _ lot: String?, _ amount: Int64, until: String? = nil) -> Spend {
    Spend(line: line, purse: slug(purse), lot: lot.map(slug), expires: until.map(day), amount: Fen(amount))
}

func spend(_ line: Int, _ purse: String, _ amount: Int64) -> Spend { spend(line, purse, nil, amount) }

func lunch(_ date: String = "2026-11-20", at merchant: String = "canteen") -> Occasion {
    Occasion(merchant: slug(merchant), period: slug("lunch"), day: day(date))
}

/// A seeded generator (SplitMix64): the same seed gives the same run everywhere, so a failure can be run again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A file of the repository.
func repositoryFile(_ path: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = try #require(fopen("/\(root)/\(path)", "rb"))
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 64 << 10)
    text.removeSubrange(fread(&text, 1, text.count, file)...)
    return text
}
