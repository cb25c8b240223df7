internal import Vocabulary
internal import Wire

/// One line of a slip, before a printer's columns are known.
public enum SlipLine: Hashable, Sendable {
    case heading(String)
    case text(String)
    /// A name at the left edge, and what is counted at the right one.
    case pair(String, String)
    case rule
}

extension ShiftReport {
    /// A shift's report as a slip of paper: the sums, then each act of a person; both languages.
    ///
    /// The parameters are those of ``text(_:site:minutesEast:)``.
    public static func slip(_ shift: ClosedShift, site: String, minutesEast: Int64) -> [SlipLine] {
        let closing = shift.closing
        let totals = closing.totals
        func at(_ wall: WallTime) -> String { LocalTime.text(wall, minutesEast: minutesEast) }
        var lines: [SlipLine] = [
            .heading("交班报表"), .heading("SHIFT REPORT"), .text(site), .text("\(shift.id)"), .rule,
            .pair("当班 Attendant", closing.opening.who), .pair("开班 Opened", at(closing.opened)),
            .pair("交班 Closed", at(shift.closed)), .pair("交班人 Closed by", closing.closedBy),
        ]
        if let next = closing.next { lines.append(.pair("接班 Next", next)) }
        lines += [
            .rule, .pair("备用金 Opening cash", "\(closing.opening.float)"),
            .pair("现金 Cash (\(totals.cashPayments))", "+\(totals.cash)"),
            .pair("现金退款 Cash refunds", "-\(totals.cashRefunds)"), .pair("应有 Expected", "\(closing.expected)"),
            .pair("实点 Counted", "\(closing.counted)"), .pair("差额 Difference", signed(closing.difference)), .rule,
        ]
        lines += closing.pieces.map { .pair("\($0.value) x \($0.count)", "\(Fen($0.value.count &* $0.count))") }
        lines += [
            .rule, .pair("进场 Cars in", "\(totals.carsIn)"), .pair("出场 Cars out", "\(totals.carsOut)"),
            .pair("手动开闸 Opened by hand", "\(totals.manualOpenings)"),
            .pair("其中未付 Left unpaid (\(totals.unpaidOpenings))", "\(totals.leftUnpaid)"),
            .pair("免费放行 Waived", "\(totals.waivers)"),
            .pair("退款 Refunds (\(totals.refunds))", "\(totals.refunded)"),
            .pair("车牌更正 Corrections", "\(totals.corrections)"), .rule,
        ]
        lines += totals.methods.map { .pair("\($0.method) x \($0.count)", "\($0.amount)") }
        lines.append(.rule)
        lines += shift.items.map { .text(line($0, minutesEast: minutesEast)) }
        return lines
    }
}
