internal import JSONText
internal import SQLite
public import Vocabulary

/// The shifts whose reports have reached the platform, for an auditor: what the drawer should have held, what was
/// counted in it, and the difference; by box and by the local day on which it was counted.
public struct ShiftBook: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public var device: DeviceID
        public var shift: UUIDv7
        public var opened: WallTime, closed: WallTime
        public var openedBy: String, closedBy: String
        public var float: Fen, cash: Fen
        public var cashPayments: Int64
        /// Given back out of the drawer.
        public var cashRefunds: Fen
        /// By the box's word.
        public var expected: Fen, counted: Fen

        /// Less than nothing where money is missing; stays at the end of the range.
        public var difference: Fen {
            let (difference, isOver) = counted.count.subtractingReportingOverflow(expected.count)
            return Fen(isOver ? (counted.count < 0 ? .min : .max) : difference)
        }

        /// Whether the box's own sum is right: the float and the cash, less what was given back.
        public var isExpectedRight: Bool {
            guard let taken = try? float.adding(cash), let sum = try? taken.subtracting(cashRefunds) else {
                return false
            }
            return sum == expected
        }
    }

    /// The shifts of one box that ended on one day.
    public struct Day: Equatable, Sendable {
        public var device: DeviceID
        /// `2026-11-21`, local.
        public var day: String
        public var shifts: Int64 = 0
        public var cash = Fen.zero, cashRefunds = Fen.zero, difference = Fen.zero
    }

    /// At most so many are read; ``left`` says how many older ones were not.
    public static let most: Int64 = 10_000

    /// By box, then by their ends.
    public var entries: [Entry] = []
    public var left: Int64 = 0
    /// Of the days' local time, east of UTC.
    public var minutesEast: Int64

    /// Opens the file read-only and reads it; the platform may be running.
    /// - Parameters:
    ///   - path: the platform's SQLite file.
    ///   - device: nil: of all boxes.
    ///   - minutesEast: the local time that days are counted by, -1,440 to 1,440.
    public static func read(_ path: String, of device: DeviceID?, minutesEast: Int64) throws(PlatformError) -> ShiftBook
    {
        let database = try PlatformSchema.openForReading(path)
        var book = ShiftBook(minutesEast: minutesEast)
        // A device's name is a slug: there is nothing in it to be quoted.
        let condition = device.map { "WHERE device = '\($0.text)'" } ?? ""
        do throws(SQLiteError) {
            let rows = try database.prepare(
                """
                SELECT device, id, opened_at, closed_at, opened_by, closed_by, float, cash, cash_payments, cash_refunds,
                    expected, counted
                FROM (SELECT * FROM shifts \(condition) ORDER BY closed_at DESC LIMIT \(most))
                ORDER BY device, closed_at, id
                """)
            try rows.forEach { (row) throws(SQLiteError) in
                guard let device = try? DeviceID(try row.text(0)), let shift = UUIDv7(bytes: try row.bytes(1)) else {
                    return
                }
                book.entries.append(
                    Entry(
                        device: device, shift: shift, opened: WallTime(milliseconds: try row.integer(2)),
                        closed: WallTime(milliseconds: try row.integer(3)), openedBy: try row.text(4),
                        closedBy: try row.text(5), float: Fen(try row.integer(6)), cash: Fen(try row.integer(7)),
                        cashPayments: try row.integer(8), cashRefunds: Fen(try row.integer(9)),
                        expected: Fen(try row.integer(10)), counted: Fen(try row.integer(11))))
            }
            let all = try database.integer("SELECT count(*) FROM shifts \(condition)") ?? 0
            book.left = max(0, all - most)
        } catch { throw .store(error) }
        return book
    }

    private init(minutesEast: Int64) { self.minutesEast = minutesEast }

    private func local(_ time: WallTime) -> String {
        WallTime(milliseconds: time.milliseconds + minutesEast * 60_000).utcText
    }

    private func day(_ entry: Entry) -> String { String(local(entry.closed).prefix(10)) }

    /// By box, then by day; a sum that would leave the range stays at its end.
    public var days: [Day] {
        var days: [Day] = []
        for entry in entries {
            let day = day(entry)
            if days.last?.device != entry.device || days.last?.day != day {
                days.append(Day(device: entry.device, day: day))
            }
            let last = days.count - 1
            days[last].shifts += 1
            days[last].cash = days[last].cash.moved(by: entry.cash)
            days[last].cashRefunds = days[last].cashRefunds.moved(by: entry.cashRefunds)
            days[last].difference = days[last].difference.moved(by: entry.difference)
        }
        return days
    }
}

extension Fen {
    fileprivate func moved(by other: Fen) -> Fen {
        (try? adding(other)) ?? Fen(other.count < 0 ? .min : .max)
    }
}

extension ShiftBook: CustomStringConvertible {
    /// Two tables for a terminal: every shift, then the days.
    public var description: String {
        guard !entries.isEmpty else { return "no shift has been closed" }
        let shifts = TextTable(
            head: [
                "box", "opened", "closed", "by", "counted by", "float", "cash", "given back", "expected", "counted",
                "difference", "",
            ],
            rows: entries.map { entry in
                [
                    entry.device.text, String(local(entry.opened).prefix(16)), String(local(entry.closed).prefix(16)),
                    entry.openedBy, entry.closedBy, "\(entry.float)", "\(entry.cash)", "\(entry.cashRefunds)",
                    "\(entry.expected)", "\(entry.counted)", "\(entry.difference)", remark(entry),
                ]
            })
        let daily = TextTable(
            head: ["box", "day", "shifts", "cash", "given back", "difference"],
            rows: days.map { day in
                [
                    day.device.text, day.day, "\(day.shifts)", "\(day.cash)", "\(day.cashRefunds)",
                    "\(day.difference)",
                ]
            })
        let more = left > 0 ? ["\(left) older ones are not shown"] : []
        return (shifts.lines + [""] + daily.lines + more).joined(separator: "\n")
    }

    private func remark(_ entry: Entry) -> String {
        if !entry.isExpectedRight { return "the box's sum is wrong" }
        return entry.difference.count < 0 ? "short" : entry.difference.count > 0 ? "over" : ""
    }

    /// The same as one JSON object; amounts in fen, times in milliseconds since 1970.
    public var json: String {
        let bytes = JSONWriter.object { writer in
            writer.field("shifts", array: entries) { writer, entry in
                writer.object {
                    $0.field("device", entry.device.text)
                    $0.field("shift", entry.shift.description)
                    $0.field("day", day(entry))
                    $0.field("opened", entry.opened.milliseconds)
                    $0.field("closed", entry.closed.milliseconds)
                    $0.field("openedBy", entry.openedBy)
                    $0.field("closedBy", entry.closedBy)
                    $0.field("float", entry.float.count)
                    $0.field("cash", entry.cash.count)
                    $0.field("cashPayments", entry.cashPayments)
                    $0.field("cashRefunds", entry.cashRefunds.count)
                    $0.field("expected", entry.expected.count)
                    $0.field("counted", entry.counted.count)
                    $0.field("difference", entry.difference.count)
                    $0.field("isExpectedRight", entry.isExpectedRight)
                }
            }
            writer.field("days", array: days) { writer, day in
                writer.object {
                    $0.field("device", day.device.text)
                    $0.field("day", day.day)
                    $0.field("shifts", day.shifts)
                    $0.field("cash", day.cash.count)
                    $0.field("cashRefunds", day.cashRefunds.count)
                    $0.field("difference", day.difference.count)
                }
            }
            writer.field("left", left)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
