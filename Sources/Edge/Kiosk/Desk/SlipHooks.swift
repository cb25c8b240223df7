/// What became of a slip.
public enum PrintState: Hashable, Sendable {
    case waiting, printed
    /// Why it was not printed; a part of it may be on the paper.
    case failed(String)

    var word: String {
        switch self {
        case .waiting: "waiting"
        case .printed: "printed"
        case .failed: "failed"
        }
    }

    /// For the person who waits for it, in both languages.
    public var text: String {
        switch self {
        case .waiting: "正在打印 Printing"
        case .printed: "已打印 Printed"
        case .failed(let why): "未打印，报表已保存 Not printed, the report is saved: \(why)"
        }
    }
}

/// How reports are printed at a box that has a receipt printer.
public struct SlipHooks: Sendable {
    /// Begins to print a shift's report.
    /// - Returns: false when too many wait, or there is no such report.
    public var print: @Sendable (_ shift: String) -> Bool
    /// What became of the last slip of a shift's report; nil if none was asked for.
    public var state: @Sendable (_ shift: String) -> PrintState?

    public init(
        print: @escaping @Sendable (String) -> Bool, state: @escaping @Sendable (String) -> PrintState?
    ) {
        self.print = print
        self.state = state
    }
}
