public import Scale
public import Serial
public import Vocabulary
public import Wiegand

/// What reads cards, codes and weights at a box: part of its hardware file.
public struct ReaderDevices: Equatable, Sendable {
    public struct Reader: Equatable, Sendable {
        public var lane: LaneID
        public var kind: Kind

        public init(lane: LaneID, kind: Kind) {
            self.lane = lane
            self.kind = kind
        }
    }

    public enum Kind: Equatable, Sendable {
        /// A card reader on two wires, each an input of the board that counts pulses.
        case wiegand(data0: String, data1: String, formats: [WiegandFormat])
        /// A card reader that sends lines of text.
        case cardText(SerialSettings, CardText.Style)
        /// A card reader of the EM4100 family.
        case cardFrames(SerialSettings)
        /// A code scanner on a serial line.
        case codes(SerialSettings)
        /// A scanner or reader that types: the path of its input device. Lines are cards in this style, or codes (nil).
        case keyboard(path: String, cards: CardText.Style?)
        case scale(SerialSettings, ScaleProtocol, request: ScaleRequest?, equalReadings: Int)
    }

    /// What a scale is sent that weighs only when asked.
    public struct ScaleRequest: Hashable, Sendable {
        /// 1 to 16.
        public var bytes: [UInt8]
        /// 50 to 5,000.
        public var everyMilliseconds: Int64

        public init(bytes: [UInt8], everyMilliseconds: Int64 = 200) {
            precondition((1...16).contains(bytes.count) && (50...5_000).contains(everyMilliseconds))
            self.bytes = bytes
            self.everyMilliseconds = everyMilliseconds
        }
    }

    /// The most readers of a box.
    public static let most = 16

    /// At most ``most``; no line, wire or device is named twice.
    public var readers: [Reader]

    public init(readers: [Reader] = []) { self.readers = readers }
}

extension ReaderDevices.Kind {
    /// The serial line that it needs for itself.
    var serial: SerialSettings? {
        switch self {
        case .cardText(let serial, _), .cardFrames(let serial), .codes(let serial), .scale(let serial, _, _, _): serial
        case .wiegand, .keyboard: nil
        }
    }

    /// What an engineer knows it by.
    public var device: String {
        switch self {
        case .wiegand(let data0, let data1, _): "\(data0)/\(data1)"
        case .keyboard(let path, _): path
        case .cardText(let serial, _), .cardFrames(let serial), .codes(let serial), .scale(let serial, _, _, _):
            serial.path
        }
    }
}
