public import Vocabulary
internal import Wire

/// A shift's report as a slip and as rows for a spreadsheet.
public enum ShiftReport {
    /// Lines for a printer or a screen; both languages.
    ///
    /// - Parameters:
    ///   - site: the car park or till, as a person calls it.
    ///   - minutesEast: of the local time, in minutes east of Greenwich.
    public static func text(_ shift: ClosedShift, site: String, minutesEast: Int64) -> String {
        let closing = shift.closing
        let totals = closing.totals
        func at(_ wall: WallTime) -> String { LocalTime.text(wall, minutesEast: minutesEast) }
        var lines = [
            "交班报表 SHIFT REPORT", site, "编号 No. \(shift.id)", "",
            "当班 Attendant   \(closing.opening.who)\(closing.opening.isByRule ? " (自动开班 opened by rule)" : "")",
            "开班 Opened      \(at(closing.opened))", "交班 Closed      \(at(shift.closed))",
            "交班人 Closed by \(closing.closedBy)",
        ]
        if let next = closing.next { lines.append("接班 Next        \(next)") }
        lines += [
            "", "备用金 Opening cash     \(closing.opening.float)",
            "现金 Cash (\(totals.cashPayments))          + \(totals.cash)",
            "现金退款 Cash refunds    - \(totals.cashRefunds)", "应有 Expected         = \(closing.expected)",
            "实点 Counted            \(closing.counted)", "差额 Difference         \(signed(closing.difference))", "",
        ]
        lines += closing.pieces.map { "  \($0.value) x \($0.count)" }
        lines += [
            "", "进场 Cars in            \(totals.carsIn)", "出场 Cars out           \(totals.carsOut)",
            "手动开闸 Manual openings \(totals.manualOpenings)",
            "手动开闸未付 Left unpaid by opening: \(totals.unpaidOpenings), \(totals.leftUnpaid)",
            "免费放行 Waived          \(totals.waivers)",
            "退款 Refunds (\(totals.refunds))         \(totals.refunded)", "车牌更正 Corrections     \(totals.corrections)",
            "", "按支付方式 By method",
        ]
        lines += totals.methods.map { "  \($0.method) x \($0.count)  \($0.amount)" }
        lines += ["", "明细 Acts"]
        lines += shift.items.map { line($0, minutesEast: minutesEast) }
        if shift.items.count >= Shift.mostItems { lines.append("… 其余未列出 more acts are not listed") }
        lines += ["", "签名 Signature ____________________", ""]
        return lines.joined(separator: "\n")
    }

    /// Comma-separated values (RFC 4180): one row a total, then one row an act. What a person typed never becomes a
    /// formula of the spreadsheet.
    public static func csv(_ shift: ClosedShift, minutesEast: Int64) -> String {
        let closing = shift.closing
        let totals = closing.totals
        func at(_ wall: WallTime) -> String { LocalTime.text(wall, minutesEast: minutesEast) }
        var rows: [[String]] = [
            ["shift", shift.id.description], ["attendant", closing.opening.who], ["opened", at(closing.opened)],
            ["closed", at(shift.closed)], ["closedBy", closing.closedBy], ["next", closing.next ?? ""],
            ["float", number(closing.opening.float)], ["cash", number(totals.cash)],
            ["cashRefunds", number(totals.cashRefunds)], ["expected", number(closing.expected)],
            ["counted", number(closing.counted)], ["difference", number(closing.difference)],
            ["carsIn", "\(totals.carsIn)"], ["carsOut", "\(totals.carsOut)"],
            ["manualOpenings", "\(totals.manualOpenings)"], ["unpaidOpenings", "\(totals.unpaidOpenings)"],
            ["leftUnpaidByOpening", number(totals.leftUnpaid)], ["waivers", "\(totals.waivers)"],
            ["refunds", "\(totals.refunds)"], ["corrections", "\(totals.corrections)"],
        ]
        rows += totals.methods.map { ["method", $0.method, "\($0.count)", number($0.amount)] }
        rows.append(["at", "act", "lane", "plate", "yuan", "who", "why", "payment"])
        rows += shift.items.map { item in
            [
                at(item.at), item.kind.rawValue, item.lane?.text ?? "", item.plate?.text ?? "",
                item.amount.map(number) ?? "", item.who, item.why, item.payment?.description ?? "",
            ]
        }
        return rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// One act of a person.
    static func line(_ item: ShiftItem, minutesEast: Int64) -> String {
        let parts = [
            LocalTime.text(item.at, minutesEast: minutesEast), item.lane?.text, word(item.kind), item.plate?.text,
            item.amount?.description, item.isCash && item.kind == .refund ? "现金 cash" : nil, item.who, item.why,
        ]
        return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func word(_ kind: ShiftItem.Kind) -> String {
        switch kind {
        case .cash: "收现金 cash"
        case .opening: "手动开闸 opened"
        case .waiver: "免费放行 waived"
        case .refund: "退款 refund"
        case .correction: "更正 corrected"
        case .admission: "准许进场 admitted"
        case .debtorPassed: "欠费放行 passed owing"
        case .stayChosen: "确认车辆 car chosen"
        case .ticketIssued: "发停车票 ticket issued"
        case .lostTicket: "停车票遗失 ticket lost"
        case .entryWritten: "补录进场 entry written"
        case .entryTimeSet: "更正进场时间 entry time set"
        case .stayEnded: "结束停车 stay ended"
        case .serviceReset: "恢复道闸 barrier reset"
        }
    }

    static func signed(_ amount: Fen) -> String {
        amount > .zero ? "+\(amount) 多款 over" : amount < .zero ? "\(amount) 短款 SHORT" : "0.00"
    }

    private static func number(_ amount: Fen) -> String { amount.description }

    private static func field(_ text: String) -> String {
        var text = text
        let isNumber = text.utf8.allSatisfy { "+-.0123456789".utf8.contains($0) }
        if let first = text.first, "=+-@\t".contains(first), !isNumber { text = "'\(text)" }
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Wall time as people at the gate read it.
public enum LocalTime {
    /// `2026-11-21 08:05`.
    public static func text(_ wall: WallTime, minutesEast: Int64) -> String {
        let minutes = floored(wall.milliseconds, by: 60_000) &+ minutesEast
        let days = floored(minutes, by: 1_440)
        let minute = minutes - days * 1_440
        // Days to civil date: H. Hinnant, "chrono-compatible low-level date algorithms".
        let shifted = days + 719_468
        let era = floored(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(two(month))-\(two(day)) \(two(minute / 60)):\(two(minute % 60))"
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
