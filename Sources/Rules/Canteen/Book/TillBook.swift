internal import JSONText
public import Vocabulary

/// What one sale was, for who looks back on it.
public struct SaleEntry: Hashable, Sendable {
    public enum Standing: String, CaseIterable, Sendable {
        case paid
        /// A part of it, or all, went back.
        case corrected
        /// It was undone: the person did not pass.
        case undone
    }

    /// One line of it; a part of a line's price has no line of its own.
    public struct Line: Hashable, Sendable {
        public var item: Slug?
        public var count: Int64
        public var amount: Fen

        public init(item: Slug?, count: Int64, amount: Fen) {
            self.item = item
            self.count = count
            self.amount = amount
        }
    }

    /// What of it one purse paid.
    public struct Share: Hashable, Sendable {
        public var purse: Slug
        public var amount: Fen

        public init(purse: Slug, amount: Fen) {
            self.purse = purse
            self.amount = amount
        }
    }

    public var id: UUIDv7
    public var at: WallTime
    public var lane: LaneID
    public var meal: Meal
    public var mode: CanteenMode.Kind
    /// Masked; nil: nobody was known.
    public var who: String?
    public var payment: PaymentID?
    public var instrument: Instrument.Kind?
    public var isOffline: Bool
    public var lines: [Line]
    public var shares: [Share]
    public var total: Fen
    public var standing = Standing.paid
    /// What of it went back.
    public var returned = Fen.zero

    public init(
        id: UUIDv7, at: WallTime, lane: LaneID, meal: Meal, mode: CanteenMode.Kind, who: String? = nil,
        payment: PaymentID? = nil, instrument: Instrument.Kind? = nil, isOffline: Bool = false, lines: [Line],
        shares: [Share] = [], total: Fen
    ) {
        self.id = id
        self.at = at
        self.lane = lane
        self.meal = meal
        self.mode = mode
        self.who = who
        self.payment = payment
        self.instrument = instrument
        self.isOffline = isOffline
        self.lines = lines
        self.shares = shares
        self.total = total
    }
}

/// A count of sales and what they came to.
public struct SaleSum: Hashable, Sendable {
    public var count: Int64
    public var amount: Fen

    public init(count: Int64 = 0, amount: Fen = .zero) {
        self.count = count
        self.amount = amount
    }

    mutating func add(_ count: Int64, _ amount: Fen) {
        self.count += count
        // Of sums past 64 bits no canteen has the half; the report says the end of the range then.
        self.amount = (try? self.amount.adding(amount)) ?? Fen(.max)
    }
}

/// What was sold at one meal: counts and sums, by what the report tells apart.
public struct PeriodReport: Hashable, Sendable {
    public enum Group: String, CaseIterable, Sendable {
        case all, mode, item, purse, instrument, offline, correction, undone
    }

    public struct Key: Hashable, Comparable, Sendable {
        public var group: Group
        /// Empty where a group has one row only.
        public var name: String

        public static func < (left: Key, right: Key) -> Bool {
            let order = Group.allCases
            let (a, b) = (order.firstIndex(of: left.group) ?? 0, order.firstIndex(of: right.group) ?? 0)
            return a != b ? a < b : left.name < right.name
        }
    }

    public var meal: Meal
    /// When it was closed last, and by whom last by hand; nil: it is still counted, or the clock alone closed it.
    public var closed: WallTime?
    public var closedBy: String?
    public private(set) var sums: [Key: SaleSum] = [:]

    /// Rows of one report; what has no row any more is counted under the name `other`.
    static let mostRows = 400

    init(meal: Meal) { self.meal = meal }

    public subscript(group: Group, name: String = "") -> SaleSum { sums[Key(group: group, name: name)] ?? SaleSum() }

    mutating func add(_ group: Group, _ name: String, count: Int64, _ amount: Fen) {
        var key = Key(group: group, name: name)
        if sums[key] == nil, sums.count >= PeriodReport.mostRows { key.name = "other" }
        var sum = sums[key] ?? SaleSum()
        sum.add(count, amount)
        sums[key] = sum.count == 0 && sum.amount == .zero ? nil : sum
    }

    /// Counts a sale, or takes it out as if it had never been.
    mutating func count(_ sale: SaleEntry, sign: Int64) {
        func signed(_ amount: Fen) -> Fen { Fen(sign * amount.count) }
        add(.all, "", count: sign, signed(sale.total))
        add(.mode, sale.mode.rawValue, count: sign, signed(sale.total))
        for line in sale.lines {
            add(.item, line.item?.text ?? "keyed", count: sign * line.count, signed(line.amount))
        }
        for share in sale.shares { add(.purse, share.purse.text, count: sign, signed(share.amount)) }
        if let instrument = sale.instrument {
            add(.instrument, instrument.rawValue, count: sign, signed(sale.total))
        }
        if sale.isOffline { add(.offline, "", count: sign, signed(sale.total)) }
    }

    mutating func merge(_ other: PeriodReport) {
        for (key, sum) in other.sums { add(key.group, key.name, count: sum.count, sum.amount) }
    }

    /// Comma-separated, a heading first; amounts in fen. Meant for a table calculation: UTF-8, CR LF.
    public var csv: String {
        let head = "day,period,group,name,count,amount"
        let rows = sums.sorted { $0.key < $1.key }.map { key, sum in
            "\(meal.day),\(meal.period?.text ?? ""),\(key.group.rawValue),\(key.name),\(sum.count),\(sum.amount.count)"
        }
        return ([head] + rows).joined(separator: "\r\n") + "\r\n"
    }
}

/// What a box has sold: the last sales, the report of the meal that is served, and those that are closed. Pure.
public struct TillBook: Hashable, Sendable {
    /// Sales of one lane that can be looked back on, and corrected: a turnstile's queue takes no till's away.
    public static let mostLast = 10
    /// And of all lanes, with one more of each that is still going on; a lane that is no more has some for a while.
    static let mostInAll = (mostLast + 1) * CanteenScenario.mostLanes
    /// Closed reports that are kept.
    public static let mostReports = 60

    static let stateKind = "canteen-book", reportKind = "canteen-report"

    public private(set) var current: PeriodReport
    /// Oldest first.
    public private(set) var last: [SaleEntry] = []
    /// Oldest first.
    public private(set) var reports: [PeriodReport] = []

    public init(meal: Meal) { current = PeriodReport(meal: meal) }

    init(current: PeriodReport, last: [SaleEntry], reports: [PeriodReport]) {
        self.current = current
        self.last = last
        self.reports = reports
    }

    public func sale(_ id: UUIDv7) -> SaleEntry? { last.last { $0.id == id } }
    public func sale(payment: PaymentID) -> SaleEntry? { last.last { $0.payment == payment } }

    /// - Parameters:
    ///   - open: sales that go on, at most one a lane: they are not forgotten for this one.
    ///   - isLate: it belongs to its own meal's report, though that may be closed.
    mutating func add(_ sale: SaleEntry, keeping open: Set<UUIDv7> = [], isLate: Bool = false) {
        if isLate { change(sale.meal) { $0.count(sale, sign: 1) } } else { current.count(sale, sign: 1) }
        last.append(sale)
        while last.count(where: { $0.lane == sale.lane && !open.contains($0.id) }) > TillBook.mostLast {
            guard let index = last.firstIndex(where: { $0.lane == sale.lane && !open.contains($0.id) }) else { break }
            last.remove(at: index)
        }
        while last.count > TillBook.mostInAll, let index = last.firstIndex(where: { !open.contains($0.id) }) {
            last.remove(at: index)
        }
    }

    /// Its record is not on disk: it never was.
    mutating func remove(_ sale: SaleEntry) {
        change(sale.meal) { $0.count(sale, sign: -1) }
        last.removeAll { $0.id == sale.id }
    }

    /// The person did not pass, and the money goes back; once.
    mutating func undo(_ sale: SaleEntry) {
        guard self.sale(sale.id)?.standing != .undone else { return }
        change(sale.meal) { report in
            report.count(sale, sign: -1)
            report.add(.undone, "", count: 1, sale.total)
        }
        mark(sale.id) { $0.standing = .undone }
    }

    /// Money of a sale has gone back to the payer.
    mutating func correct(_ payment: PaymentID, _ amount: Fen, now meal: Meal) {
        let sale = sale(payment: payment)
        change(sale?.meal ?? meal) { $0.add(.correction, "", count: 1, amount) }
        guard let sale else { return }
        mark(sale.id) {
            $0.standing = .corrected
            $0.returned = (try? $0.returned.adding(amount)) ?? $0.returned
        }
    }

    /// Closes the report of the meal that is counted and begins another; an empty report is not kept.
    /// - Returns: whether one was kept.
    @discardableResult
    mutating func begin(_ meal: Meal, closedBy who: String?, at now: WallTime) -> Bool {
        var report = current
        current = PeriodReport(meal: meal)
        guard !report.sums.isEmpty else { return false }
        report.closed = now
        report.closedBy = who
        if let index = reports.firstIndex(where: { $0.meal == report.meal }) {
            reports[index].merge(report)
            reports[index].closed = now
            // The clock closes after somebody had: who that was stays.
            if let who { reports[index].closedBy = who }
        } else {
            reports.append(report)
        }
        if reports.count > TillBook.mostReports { reports.removeFirst() }
        return true
    }

    private mutating func change(_ meal: Meal, _ body: (inout PeriodReport) -> Void) {
        if meal != current.meal, let index = reports.firstIndex(where: { $0.meal == meal }) {
            body(&reports[index])
        } else {
            body(&current)
        }
    }

    private mutating func mark(_ id: UUIDv7, _ body: (inout SaleEntry) -> Void) {
        if let index = last.lastIndex(where: { $0.id == id }) { body(&last[index]) }
    }
}
