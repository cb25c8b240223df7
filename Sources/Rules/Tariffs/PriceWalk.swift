internal import Vocabulary

/// Walks through the pieces of one stay and adds up what they cost. Pure; time only goes forward.
struct PriceWalk {
    private let scheme: PriceScheme
    private let minutes: Int64
    /// Minutes that are free at the stay's beginning.
    private let freeUntil: Int64
    /// Up to where periods that have begun reach.
    private var coveredUntil: Int64 = 0
    /// How far each window has come in its list of periods.
    private var progress: [Progress]
    private var coming: Int64?
    private var comingSum = Fen.zero
    private var day: (from: Int64, to: Int64, lines: [Quote.Line], sum: Fen)?
    private var account = QuoteLines()

    private struct Progress {
        var period = 0
        var used: Int64 = 0
    }

    init(_ scheme: PriceScheme, minutes: Int64) {
        self.scheme = scheme
        self.minutes = minutes
        freeUntil = scheme.free.staysFree ? scheme.free.minutes : 0
        progress = Array(repeating: Progress(), count: scheme.windows.count)
        if freeUntil > 0 { account.add([Quote.Line(kind: .freePeriod, minutes: freeUntil, amount: .zero)]) }
    }

    mutating func spend(_ piece: StayPiece) throws(PriceError) {
        if day.map({ $0.from != piece.dayFrom }) ?? true {
            try endDay()
            day = (piece.dayFrom, piece.dayTo, [], .zero)
            if scheme.periodsAnew == .day { renewPeriods() }
        }
        if coming != piece.coming {
            coming = piece.coming
            comingSum = .zero
            if scheme.periodsAnew == .window { renewPeriods() }
        }
        let window = scheme.windows[piece.window]
        var start = max(piece.from, coveredUntil, freeUntil)
        let free = window.free.minutes
        // No more than the stay has of this window: free all of it, or its first minutes, or nothing.
        let freeTo =
            piece.comingTo - piece.comingFrom <= free || window.free.staysFree
            ? min(piece.comingTo, piece.comingFrom + free) : piece.comingFrom
        if window.periods.isEmpty || freeTo > start {
            let end = window.periods.isEmpty ? piece.to : min(piece.to, freeTo)
            if end > start { line(.freePeriod, end - start, .zero, window) }
            start = max(start, end)
        }
        if start < piece.to { try charge(piece, from: start, window) }
    }

    /// Charges the periods that begin within a piece.
    private mutating func charge(_ piece: StayPiece, from start: Int64, _ window: PriceWindow) throws(PriceError) {
        let limit =
            switch scheme.periodsRunOn {
            case .never: piece.to
            case .overWindows: piece.dayTo
            case .overDays: Int64.max
            }
        var at = start
        var sum = Fen.zero
        while at < piece.to {
            let position = progress[piece.window]
            let period = window.periods[position.period]
            let needed = ceilDivide(piece.to - at, period.minutes)
            let count = period.times.map { min(needed, $0 - position.used) } ?? needed
            let amount = try period.price.times(count)
            let reached = at + count * period.minutes
            let isLast = position.period == window.periods.count - 1
            let kind: Quote.Line.Kind = isLast ? .unitPeriods : position.period == 0 ? .firstPeriod : .nextPeriods
            line(kind, min(reached, limit, minutes) - at, amount, window)
            sum = try sum.plus(amount)
            progress[piece.window].used += count
            if let times = period.times, position.used + count == times {
                progress[piece.window] = Progress(period: position.period + 1)
            }
            at = reached
        }
        coveredUntil = min(at, limit)
        let before = comingSum
        comingSum = try comingSum.plus(sum)
        if let cap = window.cap, comingSum > cap {
            comingSum = cap
            let allowed = try cap.minus(before)
            line(.windowCap, min(coveredUntil, minutes) - start, try allowed.minus(sum), window)
            sum = allowed
        }
        let daySum = try (day?.sum ?? .zero).plus(sum)
        day?.sum = daySum
    }

    private mutating func renewPeriods() {
        for index in progress.indices { progress[index] = Progress() }
    }

    private mutating func line(_ kind: Quote.Line.Kind, _ minutes: Int64, _ amount: Fen, _ window: PriceWindow) {
        day?.lines.append(Quote.Line(kind: kind, minutes: minutes, amount: amount, reference: window.name))
    }

    private mutating func endDay(times: Int64 = 1) throws(PriceError) {
        guard var ended = day else { return }
        day = nil
        if let cap = scheme.capPerDay, ended.sum > cap {
            let time = min(ended.to, minutes) - max(ended.from, 0)
            ended.lines.append(Quote.Line(kind: .dailyCap, minutes: time, amount: try cap.minus(ended.sum)))
        }
        account.add(ended.lines, times: times)
    }

    /// Charges `count` days that all cost what this one does (``PriceScheme/isUniform``).
    mutating func spend(_ piece: StayPiece, times count: Int64) throws(PriceError) {
        try spend(piece)
        try endDay(times: count)
    }

    /// Ends the walk.
    /// - Returns: the lines, and what they come to.
    mutating func finish() throws(PriceError) -> (lines: [Quote.Line], total: Fen) {
        try endDay()
        var (lines, total) = try account.flattened()
        if let cap = scheme.capPerStay, total > cap {
            lines.append(Quote.Line(kind: .stayCap, minutes: minutes, amount: try cap.minus(total)))
            total = cap
        }
        return (lines, total)
    }
}
