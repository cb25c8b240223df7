import ArgumentParser
import DeskOrders
import Host
import JSONText
import Vocabulary

extension Entry {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the cars that count as inside this box's car park, the earliest entry first.")
        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "Only those whose plate has this in it.")
        var plate = ""
        @Flag(help: "Print what the box answers: times in milliseconds since 1970, amounts in fen.")
        var json = false

        func run() throws {
            let body = JSONWriter.object { $0.field("plate", plate) }
            let answer = try BoxDoor(config: config).post("/inside", body)
            guard answer.status == 200, let list = answer.json, let count = list["count"]?.integer else {
                throw ValidationError("the box does not say: \(answer.json?["error"]?.string ?? answer.text)")
            }
            if json { return print(answer.whole) }
            let cars = list["cars"]?.array ?? []
            for car in cars { print(Entry.line(car)) }
            let more = count > cars.count ? ", \(cars.count) of them listed: name a part of a plate" : ""
            print("\(count) inside\(more)")
        }
    }

    fileprivate static func line(_ car: JSONNode) -> String {
        let now = WallClock.now().milliseconds
        var parts = [word(car, "stay") ?? "", word(car, "plate") ?? "ticket", word(car, "vehicle") ?? ""]
        parts.append(number(car, "entered").map { "\(max(0, now &- $0) / 60_000) min" } ?? "")
        parts.append(number(car, "owed").map { "\(Fen($0)) yuan" } ?? "price not known")
        return parts.joined(separator: "  ")
    }

    private static func word(_ car: JSONNode, _ key: String) -> String? { car[key]?.string }

    private static func number(_ car: JSONNode, _ key: String) -> Int64? { car[key]?.integer }

    struct End: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the stay of a car that is not inside any more; what it left unpaid is recorded.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The stay, as `turnpike entry list` shows it.")
        var stay: String

        func run() throws {
            try place.give(who: person.who) { .endStay(lane: $0, try StayID(stay), why: person.why) }
        }
    }
}
