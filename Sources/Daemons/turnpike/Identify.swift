import ArgumentParser
import DeskOrders
import Host
import Vocabulary

/// Sets a plate right.
struct PlateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plate",
        abstract: "Says what stands on the plate of the car at a lane, or of a car inside; who and why are recorded.")

    @OptionGroup var place: LaneOptions
    @OptionGroup var person: PersonOptions
    @Option(help: "The plate as it stands on the car.")
    var plate: String
    @Option(help: "The car inside whose plate it is; without it, the car at the lane.")
    var stay: String?

    func run() throws {
        try place.give(who: person.who) { lane in
            .correctPlate(lane: lane, try Plate(plate), stay: try stay.map { try StayID($0) }, why: person.why)
        }
    }
}

/// Tickets of cars without a readable plate.
struct Ticket: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tickets of cars whose plate no camera can read.", subcommands: [Issue.self, Show.self, Lost.self])

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets the car at an entry in with a ticket.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions

        func run() throws {
            try place.give(who: person.who) { .ticket(lane: $0, why: person.why) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Presents a ticket at an exit, as a scanner would.")
        @OptionGroup var place: LaneOptions
        @Argument(help: "What the ticket says.")
        var ticket: String

        func run() throws {
            try place.give(who: nil) { .presentTicket(lane: $0, ticket) }
        }
    }

    struct Lost: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Charges the car at an exit by the scenario's rule for a lost ticket.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The stay, if it is known which it was; only then it ends.")
        var stay: String?

        func run() throws {
            try place.give(who: person.who) { lane in
                .lostTicket(lane: lane, stay: try stay.map { try StayID($0) }, why: person.why)
            }
        }
    }
}

/// Entries that a person writes.
struct Entry: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Entries written, set right or ended by hand, and the cars inside.",
        subcommands: [Write.self, SetTime.self, Choose.self, List.self, End.self])

    /// What is out of all bounds stays at the end, and the box refuses it.
    static func time(_ minutesAgo: Int64) -> WallTime {
        let (span, overflow) = minutesAgo.multipliedReportingOverflow(by: 60_000)
        return WallTime(milliseconds: overflow ? 1 : max(1, WallClock.now().milliseconds &- span))
    }

    struct Write: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes down a car that the lanes missed.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The plate as it stands on the car.")
        var plate: String
        @Option(help: "small, large, newEnergy, newEnergyLarge or special.")
        var vehicle = "small"
        @Option(help: "How many minutes ago it came in.")
        var minutesAgo: Int64

        func run() throws {
            guard let vehicle = VehicleClass(rawValue: vehicle) else {
                throw ValidationError("--vehicle \(vehicle): there is no such class")
            }
            try place.give(who: person.who) { lane in
                .writeEntry(
                    lane: lane, try Plate(plate), vehicle, entered: Entry.time(minutesAgo), why: person.why)
            }
        }
    }

    struct SetTime: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "time", abstract: "Says when a car inside came in, where the clock was wrong.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The car inside.")
        var stay: String
        @Option(help: "How many minutes ago it came in.")
        var minutesAgo: Int64

        func run() throws {
            try place.give(who: person.who) { lane in
                .setEntryTime(lane: lane, try StayID(stay), entered: Entry.time(minutesAgo), why: person.why)
            }
        }
    }

    struct Choose: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says which of the cars inside stands at an exit.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The car inside.")
        var stay: String

        func run() throws {
            try place.give(who: person.who) { .chooseStay(lane: $0, try StayID(stay), why: person.why) }
        }
    }
}
