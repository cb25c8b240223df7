public import Effects
internal import Host
internal import JSONText
public import Serial
public import Sign
public import Speech
public import Vocabulary

/// The signs, voices, code scanners and receipt printers of a box's lanes: part of its hardware file.
public struct LaneDevices: Equatable, Sendable {
    /// How what is written reaches a device.
    public enum Output: Hashable, Sendable {
        /// A serial line of the box; several devices may hang on one RS-485 line.
        case serial(SerialSettings, gapMilliseconds: Int64)
        /// In memory.
        case twin
    }

    public struct Sign: Hashable, Sendable {
        public var lane: LaneID
        public var driver: SignDriver
        public var shape: SignShape
        /// The languages it shows, one after the other.
        public var languages: [SignTexts.Language]
        public var output: Output
    }

    public struct Voice: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// The board speaks texts that it knows.
            case olm(OLMBoard)
            /// A board with numbered recordings, and the path of the file that lists them.
            case clips(path: String)
            case speech(SpeechProgram)
            case twin
        }

        public var lane: LaneID
        public var kind: Kind
        public var languages: [SignTexts.Language]
        /// Not used by a speech program.
        public var output: Output
    }

    public struct Scanner: Hashable, Sendable {
        public var lane: LaneID
        public var serial: SerialSettings
    }

    /// The most signs, and voices, and scanners, and printers, of a box.
    public static let most = 64

    public var signs: [Sign]
    public var voices: [Voice]
    public var scanners: [Scanner]
    public var printers: [SlipPrinter]

    public init(
        signs: [Sign] = [], voices: [Voice] = [], scanners: [Scanner] = [], printers: [SlipPrinter] = []
    ) {
        self.signs = signs
        self.voices = voices
        self.scanners = scanners
        self.printers = printers
    }

    /// Whether these devices can be started at this site: each for a lane that is there, each file of recordings good.
    ///
    /// - Parameter file: the hardware file's name.
    /// - Throws: ``Findings``, or what a file of recordings is refused for.
    public func check(lanes: Set<LaneID>, file: String) throws {
        let named =
            signs.map { ("signs", $0.lane) } + voices.map { ("voices", $0.lane) }
            + scanners.map { ("scanners", $0.lane) }
            + printers.compactMap { printer in printer.lane.map { ("printers", $0) } }
        try Self.refuse(
            named.filter { !lanes.contains($0.1) }.map { key, lane in
                (key, "lane \(lane), which the scenario does not have", "a lane of the scenario")
            }, file)
        for voice in voices { _ = try DisplayLoop.clips(of: voice) }
    }

    /// Whether the speech programs are there. A box starts without them and says so: a lane must not stand still for
    /// want of its voice.
    ///
    /// - Throws: ``Findings``, one for each that is not.
    public func checkPrograms(file: String) throws {
        try Self.refuse(
            voices.compactMap { voice in
                guard case .speech(let program) = voice.kind, let fault = program.fault else { return nil }
                return ("voices", fault.description, "a program that can be run")
            }, file)
    }

    private static func refuse(_ faults: [(path: String, found: String, expected: String)], _ file: String) throws {
        guard !faults.isEmpty else { return }
        throw Findings(
            faults.map {
                Finding(
                    file: file, position: TextPosition(line: 1, column: 1), path: $0.path, found: $0.found,
                    expected: $0.expected)
            })
    }
}
