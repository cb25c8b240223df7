public import Vocabulary

/// Which page stands on a sign when: pages of a notice take turns, then the idle text comes back. Pure.
public struct SignPager: Sendable {
    /// A page is written again so often though nothing has changed: a sign that was without power shows it again.
    public static let refresh = Uptime.Span.seconds(60)

    private let shape: SignShape
    private let idle: [[String]]
    private var pages: [[String]]
    private var index = 0
    private var nextPage: Uptime
    private var clears: Uptime?

    /// - Parameter idle: the pages while nobody is at the lane; none for an empty sign.
    public init(shape: SignShape, idle: [[String]], at now: Uptime) {
        self.shape = shape
        self.idle = idle.isEmpty ? [[]] : idle
        pages = self.idle
        nextPage = now
    }

    /// A notice comes: its first page is due at once.
    public mutating func show(_ pages: [[String]], at now: Uptime) {
        guard !pages.isEmpty else { return }
        self.pages = pages
        index = 0
        nextPage = now
        clears = now + .seconds(shape.clearAfterSeconds)
    }

    /// Something else than pages stands on the sign, until the next notice or until the idle text comes back.
    public mutating func pause(at now: Uptime) {
        pages = []
        index = 0
        nextPage = now + .seconds(shape.clearAfterSeconds)
        clears = nextPage
    }

    /// The sign may have lost what stood on it: the page is due again.
    public mutating func showAgain(at now: Uptime) {
        guard !pages.isEmpty else { return }
        if index > 0 { index -= 1 } else { index = pages.count - 1 }
        nextPage = now
    }

    /// When ``page(at:)`` next has something.
    public var deadline: Uptime { min(nextPage, clears ?? nextPage) }

    /// The page to write now; nil while the one that was written last may stand.
    public mutating func page(at now: Uptime) -> [String]? {
        if let clears, now >= clears {
            self.clears = nil
            pages = idle
            index = 0
            nextPage = now
        }
        guard now >= nextPage, !pages.isEmpty else { return nil }
        let page = pages[index]
        index = (index + 1) % pages.count
        nextPage = now + (pages.count > 1 ? .seconds(shape.pageSeconds) : SignPager.refresh)
        return page
    }
}
