public import Effects
internal import JSONText
public import Vocabulary

/// What the driver's page of one lane shows, decided here so that it can be tested without a page.
///
/// Anybody in the car park's network can open the page: a plate is shown with its middle hidden.
public struct DriverScreen: Hashable, Sendable {
    /// What a phone is to scan.
    public struct Code: Hashable, Sendable {
        public var kind: Notice.CodeKind
        public var text: String
    }

    /// The lines of the sign's text; the idle text while nobody is at the lane.
    public var chinese: [String]
    public var english: [String]
    public var amount: Fen?
    public var code: Code?
    /// Nobody is at the lane.
    public var isIdle: Bool
    /// No car is known to whom it is said: the page becomes idle by itself after some seconds.
    public var isBrief: Bool

    public init(_ lane: BoardLane, _ texts: SignTexts) {
        isIdle = lane.notice == nil || lane.audience == .nobody
        isBrief = lane.audience == .passer
        guard let notice = lane.notice, lane.audience != .nobody else {
            chinese = texts.idleLines(.chinese)
            english = texts.idleLines(.english)
            return
        }
        chinese = texts.lines(notice, .chinese, hidesPlate: true)
        english = texts.lines(notice, .english, hidesPlate: true)
        amount = notice.amount
        code = lane.code.flatMap { text in notice.codeKind.map { Code(kind: $0, text: text) } }
    }

    /// What the page gets. A code is named by a key that changes with it; its picture is asked for.
    public func json(idle texts: SignTexts) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("idle", isIdle)
            writer.field("brief", isBrief)
            writer.field("zh", array: chinese) { $0.string($1) }
            writer.field("en", array: english) { $0.string($1) }
            writer.field("amount", ifPresent: amount?.description)
            if let code {
                writer.field("code") {
                    $0.field("kind", code.kind.rawValue)
                    $0.field("title", code.kind.title)
                    $0.field("key", code.key)
                }
            }
            if isBrief {
                writer.field("then") { writer in
                    writer.field("zh", array: texts.idleLines(.chinese)) { $0.string($1) }
                    writer.field("en", array: texts.idleLines(.english)) { $0.string($1) }
                }
            }
        }
    }
}

extension DriverScreen.Code {
    /// FNV-1a: two codes that follow each other have different ones, so that a browser asks for the new picture.
    fileprivate var key: String {
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
    }
}
