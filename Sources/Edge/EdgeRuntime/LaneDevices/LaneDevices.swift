public import Effects
internal import Host
public import JSONText
public import Serial
public import Sign
public import Speech
public import Vocabulary

/// The signs, voices and code scanners of a box's lanes: part of its hardware file.
public struct LaneDevices: Equatable, Sendable {
    /// How what is written reaches a device.
    public enum Output: Hashable, Sendable {
        /// A serial line of the box; several devices may hang on one RS-485 line.
        case serial(SerialSettings, gapMilliseconds: Int64)
        /// The serial port of a plate camera, by the camera's id.
        case camera(Slug)
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

    /// The most signs, and voices, and scanners, of a box.
    public static let most = 64

    public var signs: [Sign]
    public var voices: [Voice]
    public var scanners: [Scanner]

    public init(signs: [Sign] = [], voices: [Voice] = [], scanners: [Scanner] = []) {
        self.signs = signs
        self.voices = voices
        self.scanners = scanners
    }

    /// What keeps these devices from working that can be seen before they are started: a lane that is not there, a
    /// speech program that is missing, no conversion to GB18030. In words; empty if all is well.
    public func problems(lanes: Set<LaneID>) -> [String] {
        var problems: [String] = []
        let named =
            signs.map { ("sign", $0.lane) } + voices.map { ("voice", $0.lane) } + scanners.map { ("scanner", $0.lane) }
        for (what, lane) in named where !lanes.contains(lane) {
            problems.append("a \(what) is for lane \(lane), which the scenario does not have")
        }
        for voice in voices {
            if case .speech(let program) = voice.kind, let fault = program.fault {
                problems.append("\(voice.lane): \(fault)")
            }
        }
        return problems
    }

    /// As ``problems(lanes:)``, with the files of recordings read too.
    /// - Throws: every problem as a finding of the hardware file, or the findings of a file of recordings.
    public func check(lanes: Set<LaneID>, file: String) throws {
        let found = problems(lanes: lanes).map { problem in
            Finding(
                file: file, position: TextPosition(line: 1, column: 1), path: "signs, voices and scanners",
                found: problem, expected: "devices that can be started")
        }
        guard found.isEmpty else { throw Findings(found) }
        for voice in voices { _ = try DisplayLoop.clips(of: voice) }
    }
}
