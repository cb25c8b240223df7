import ArgumentParser
import Host
import JSONText
import Vocabulary

/// Where an order goes, and who gives it.
struct LaneOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: "The lane.")
    var lane: String

    func send(_ door: String, _ body: [UInt8]) throws {
        let answer = try BoxDoor(config: config).post("/lanes/\(lane)/\(door)", body)
        guard answer.status == 202 else { throw ValidationError("\(lane): \(answer.text)") }
        print("\(lane): \(answer.text)")
    }
}

struct PersonOptions: ParsableArguments {
    @Option(help: "Who orders it.")
    var who: String
    @Option(help: "Why.")
    var why: String

    func write(to writer: inout JSONWriter) {
        writer.field("who", who)
        writer.field("why", why)
    }
}

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
        try place.send(
            "plate",
            JSONWriter.object { writer in
                writer.field("plate", plate)
                writer.field("stay", ifPresent: stay)
                person.write(to: &writer)
            })
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

        func run() throws { try place.send("ticket", JSONWriter.object { person.write(to: &$0) }) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Presents a ticket at an exit, as a scanner would.")
        @OptionGroup var place: LaneOptions
        @Argument(help: "What the ticket says.")
        var ticket: String

        func run() throws { try place.send("ticket", JSONWriter.object { $0.field("ticket", ticket) }) }
    }

    struct Lost: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Charges the car at an exit by the scenario's rule for a lost ticket.")
        @OptionGroup var place: LaneOptions
        @OptionGroup var person: PersonOptions
        @Option(help: "The stay, if it is known which it was; only then it ends.")
        var stay: String?

        func run() throws {
            try place.send(
                "lost-ticket",
                JSONWriter.object { writer in
                    writer.field("stay", ifPresent: stay)
                    person.write(to: &writer)
                })
        }
    }
}

/// Entries that a person writes.
struct Entry: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Entries written, or set right, by hand.",
        subcommands: [Write.self, SetTime.self, Choose.self])

    /// Milliseconds since 1970; what is out of all bounds stays at the end, and the box refuses it.
    static func time(_ minutesAgo: Int64) -> Int64 {
        let (span, overflow) = minutesAgo.multipliedReportingOverflow(by: 60_000)
        return overflow ? 0 : WallClock.now().milliseconds &- span
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
            try place.send(
                "entries",
                JSONWriter.object { writer in
                    writer.field("plate", plate)
                    writer.field("vehicle", vehicle)
                    writer.field("entered", Entry.time(minutesAgo))
                    person.write(to: &writer)
                })
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
            try place.send(
                "stay",
                JSONWriter.object { writer in
                    writer.field("stay", stay)
                    writer.field("entered", Entry.time(minutesAgo))
                    person.write(to: &writer)
                })
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
            try place.send(
                "stay",
                JSONWriter.object { writer in
                    writer.field("stay", stay)
                    person.write(to: &writer)
                })
        }
    }
}
