public import JSONText
internal import Vocabulary

/// A scripted day at a car park of several boxes: which cars come and go, how each pays, and what goes wrong.
public struct DayFile: Equatable, Sendable {
    /// One lane of one box, written `garage-1/exit-2`.
    public struct Lane: Hashable, Sendable {
        public var box: String, name: String

        public init(box: String, name: String) { (self.box, self.name) = (box, name) }

        public var isEntry: Bool { name.hasPrefix("entry") }
    }

    /// How the stay of a car ends.
    public enum Payment: String, CaseIterable, Sendable {
        /// Its contract pays at once.
        case contract
        /// Its contract is promised while the platform cannot be reached.
        case offline
        /// It leaves and its owner owes.
        case debt
        case cash, code, free, waived
    }

    /// One car; minutes count from the day's midnight.
    public struct Car: Equatable, Sendable {
        public var plate: String
        public var entry: Lane, enters: Int64
        public var exit: Lane, leaves: Int64
        public var pays: Payment
        /// What it costs, in fen.
        public var fen: Int64
    }

    /// What goes wrong.
    public enum Oddity: String, CaseIterable, Sendable {
        case nonsense, longPlate, tailgate, fire, cutNetwork, mendNetwork, restartPlatform, cutPower, openByHand
    }

    public struct Event: Equatable, Sendable {
        public var minute: Int64
        public var lane: Lane
        public var oddity: Oddity
        /// The alarm that must then stand in the box's journal.
        public var alarm: String?
    }

    public var boxes: [String]
    public var cars: [Car]
    public var events: [Event]
    /// What needs more than one act: each scene with its own steps and what it comes to.
    public var scenes: [DayScene]
    public var permits: [DayPermit]
    public var contracts: [DayContract]

    public static let kind = "parking-day"
    /// What one file may hold.
    public static let mostCars = 10_000

    /// Reads a day (JSON5).
    /// - Throws: every fault in it, with its place.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { DayFile($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(DayFile.kind)
        func name(_ text: String) throws(IdentifierError) -> String { try Slug(text).text }
        boxes = root.parsedList("boxes", count: 1...8, expected: "a box's name", name)
        let lanes = root.parsedList("lanes", count: 2...32, expected: "a lane's name", name)
        let places = Set(boxes.flatMap { box in lanes.map { Lane(box: box, name: $0) } })
        func lane(_ text: String) throws(DayFault) -> Lane {
            let parts = text.split(separator: "/")
            guard parts.count == 2, case let lane = Lane(box: String(parts[0]), name: String(parts[1])),
                places.contains(lane)
            else { throw DayFault("\(text) is no lane of this day: write box/lane as in \"boxes\" and \"lanes\"") }
            return lane
        }
        func moment(_ text: String) throws(DayFault) -> (Lane, Int64) {
            let words = text.split(separator: " ")
            guard words.count == 2 else { throw DayFault("write it as garage-1/entry-1 07:05") }
            return (try lane(String(words[0])), try DayFile.minute(String(words[1])))
        }
        events = root.objects("events", count: 0...1_000) { reader in
            let at = reader.parsed("at", expected: "a time of day", DayFile.minute)
            let place = reader.parsed("lane", expected: "a lane", lane)
            let oddity: Oddity = reader.choice("do")
            let alarm = reader.optionalString("expect")
            guard let at, let place else { return nil }
            return Event(minute: at, lane: place, oddity: oddity, alarm: alarm)
        }
        scenes =
            root.has("scenes")
            ? root.objects("scenes", count: 0...1_000) { DayScene($0, minute: DayFile.minute, lane: lane) } : []
        permits = DayPermit.read(root, minute: DayFile.minute)
        contracts = DayContract.read(root)
        var plates: Set<String> = []
        cars = root.objects("cars", count: 1...DayFile.mostCars) { reader in
            let plate = reader.parsed("plate", expected: "a number plate", Plate.init)?.text
            let entry = reader.parsed("in", expected: "a lane and a time", moment)
            let exit = reader.parsed("out", expected: "a lane and a time", moment)
            let pays: Payment = reader.choice("pays")
            let fen = reader.integer("expect", in: 0...100_000_000, unit: "fen")
            guard let plate, let entry, let exit else { return nil }
            if !entry.0.isEntry { reader.refuse("in", found: "an exit", expected: "an entry lane") }
            if exit.0.isEntry { reader.refuse("out", found: "an entry", expected: "an exit lane") }
            if exit.1 <= entry.1 { reader.refuse("out", found: "no later than it came in", expected: "a later time") }
            if !plates.insert(plate).inserted {
                reader.refuse("plate", found: "\(plate) a second time", expected: "each car once")
            }
            return Car(
                plate: plate, entry: entry.0, enters: entry.1, exit: exit.0, leaves: exit.1, pays: pays, fen: fen)
        }
    }

    /// `07:05`, in minutes; 23:59 at most.
    static func minute(_ text: String) throws(DayFault) -> Int64 {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let hour = Int64(parts[0]), let minute = Int64(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { throw DayFault("write it as 07:05") }
        return hour * 60 + minute
    }
}

/// What is wrong with a day, or what went wrong in it, in words.
public struct DayFault: Error, Equatable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
