public import Tariffs
public import Vocabulary

/// A quote line by line, in both languages.
public enum QuoteTable {
    public static func text(_ quote: Quote, zone: TimeZoneRule) -> String {
        var head = [
            ["资费 tariff", quote.tariff.text],
            ["车型 vehicle", "\(quote.vehicle.words.chinese) \(quote.vehicle.words.english)"],
        ]
        if let pass = quote.pass { head.append(["月卡 pass", pass.text]) }
        head.append(["入场 in", LocalTime.text(quote.began, zone: zone)])
        if quote.from != quote.began { head.append(["已付至 paid through", LocalTime.text(quote.from, zone: zone)]) }
        head.append(["出场 out", LocalTime.text(quote.until, zone: zone)])
        let milliseconds = quote.until.milliseconds &- quote.began.milliseconds
        head.append(["停车 stay", length(milliseconds / 60_000 + (milliseconds % 60_000 > 0 ? 1 : 0))])

        var rows = [["项目 line", "时段 window", "时长 time", "金额 yuan"]]
        for line in quote.lines {
            rows.append([
                "\(line.kind.chinese) \(line.kind.english)", line.reference?.text ?? "",
                line.minutes == 0 ? "" : length(line.minutes), line.amount.description,
            ])
        }
        rows.append(["合计 total", "", "", quote.total.description])
        return Columns.table(head, right: []) + "\n\n" + Columns.table(rows, right: [2, 3])
    }

    /// `2 d 1 h 05 min`.
    static func length(_ minutes: Int64) -> String {
        let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60)
        var parts: [String] = []
        if days != 0 { parts.append("\(days) d") }
        if days != 0 || hours != 0 { parts.append("\(hours) h") }
        parts.append(parts.isEmpty ? "\(rest) min" : "\(LocalTime.two(rest)) min")
        return parts.joined(separator: " ")
    }
}
