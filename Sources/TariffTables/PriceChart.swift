public import Tariffs
public import Vocabulary

/// Draws price over time: an SVG picture with steps, axes and a legend.
public struct PriceChart {
    private let tariff: Tariff
    private let entry: WallTime
    private let curves: [PriceCurve]
    private let minutes: Int64
    /// The top of the price axis, and the distance of its lines.
    private let top: Int64, step: Int64

    private static let width: Int64 = 960, height: Int64 = 560
    private static let left: Int64 = 84, right: Int64 = 936, upper: Int64 = 108, lower: Int64 = 460
    /// Told apart also by people who do not see all colours, and by their dashes in print.
    private static let inks = [
        ("#0b5cad", ""), ("#c2410c", "9 4"), ("#15803d", "3 3"), ("#7c3aed", "12 4 3 4"), ("#444444", "6 6"),
    ]

    /// - Parameter curves: at least one, all of one length.
    public init(_ tariff: Tariff, entry: WallTime, curves: [PriceCurve]) {
        precondition(!curves.isEmpty, "a chart has a curve")
        self.tariff = tariff
        self.entry = entry
        self.curves = curves
        minutes = curves[0].minutes
        let most = max(100, curves.compactMap(\.steps.last?.price.count).max() ?? 0)
        let steps: [Int64] = [1, 2, 5].flatMap { unit in [100, 1_000, 10_000, 100_000].map { unit * $0 } }.sorted()
        step = steps.first { most / $0 <= 8 } ?? most / 8
        top = (most / step + 1) * step
    }

    private func x(_ minute: Int64) -> Int64 {
        PriceChart.left + minute * (PriceChart.right - PriceChart.left) / minutes
    }

    private func y(_ price: Int64) -> Int64 {
        PriceChart.lower - price * (PriceChart.lower - PriceChart.upper) / top
    }

    public var svg: String {
        let entry = LocalTime.text(entry, zone: tariff.zone)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(PriceChart.width) \(PriceChart.height)" \
            width="\(PriceChart.width)" height="\(PriceChart.height)" role="img" \
            font-family="Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif" font-size="14">
            <title>\(tariff.id): 停车费随时间 price over time</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="\(PriceChart.left)" y="34" font-size="20" font-weight="bold" fill="#111111">\(tariff.id)</text>
            <text x="\(PriceChart.right)" y="34" text-anchor="end" fill="#444444">入场 in \(entry)</text>
            \(legend)
            \(timeAxis)
            \(priceAxis)
            \(curves.indices.map(path).joined(separator: "\n"))
            </svg>

            """
    }

    /// In as many rows as it takes; five classes fit in two.
    private var legend: String {
        var (x, y) = (PriceChart.left, Int64(68))
        return curves.enumerated().map { index, curve in
            let (ink, dashes) = PriceChart.inks[index % PriceChart.inks.count]
            let width = 60 + Int64(Columns.width(curve.label)) * 8
            if x > PriceChart.left, x + width > PriceChart.right { (x, y) = (PriceChart.left, y + 22) }
            defer { x += width }
            return """
                <line x1="\(x)" y1="\(y - 5)" x2="\(x + 30)" y2="\(y - 5)" stroke="\(ink)" stroke-width="3" \
                stroke-dasharray="\(dashes)"/><text x="\(x + 38)" y="\(y)" fill="#111111">\(curve.label)</text>
                """
        }.joined(separator: "\n")
    }

    /// Hours since the entry, and under them what the clock shows; midnights stand out.
    private var timeAxis: String {
        let hours = minutes / 60
        let every: Int64 = [1, 2, 3, 6, 12, 24, 48, 96].first { hours / $0 <= 12 } ?? 168
        var marks: [String] = []
        for hour in stride(from: Int64(0), through: hours, by: Int(every)) {
            let (date, second) = tariff.zone.local(entry.milliseconds / 1_000 + hour * 3_600)
            let clock =
                every >= 24
                ? "\(date.description.dropFirst(5))"
                : "\(LocalTime.two(second / 3_600)):\(LocalTime.two(second / 60 % 60))"
            marks.append(
                """
                <line x1="\(x(hour * 60))" y1="\(PriceChart.upper)" x2="\(x(hour * 60))" y2="\(PriceChart.lower + 6)" \
                stroke="#dddddd"/><text x="\(x(hour * 60))" y="\(PriceChart.lower + 24)" text-anchor="middle" \
                fill="#111111">\(hour) h</text><text x="\(x(hour * 60))" y="\(PriceChart.lower + 44)" \
                text-anchor="middle" fill="#666666" font-size="12">\(clock)</text>
                """)
        }
        marks.append(
            """
            <line x1="\(PriceChart.left)" y1="\(PriceChart.lower)" x2="\(PriceChart.right)" y2="\(PriceChart.lower)" \
            stroke="#111111"/><text x="\((PriceChart.left + PriceChart.right) / 2)" y="\(PriceChart.lower + 78)" \
            text-anchor="middle" fill="#111111">停车时长（小时）与当地时间 · length of the stay (hours), and local time</text>
            """)
        return (midnights + marks).joined(separator: "\n")
    }

    private var midnights: [String] {
        let first = tariff.zone.local(entry.milliseconds / 1_000).date.dayNumber
        guard minutes <= 8 * 1_440 else { return [] }
        return (1...minutes / 1_440 + 1).compactMap { day in
            let midnight = tariff.zone.instant(CivilDate(dayNumber: first + day), second: 0) * 1_000
            let minute = (midnight - entry.milliseconds) / 60_000
            guard (1..<minutes).contains(minute) else { return nil }
            return """
                <line x1="\(x(minute))" y1="\(PriceChart.upper)" x2="\(x(minute))" y2="\(PriceChart.lower)" \
                stroke="#999999" stroke-dasharray="2 4"/><text x="\(x(minute) + 5)" y="\(PriceChart.upper + 12)" \
                fill="#666666" font-size="12">\(CivilDate(dayNumber: first + day))</text>
                """
        }
    }

    private var priceAxis: String {
        var marks = stride(from: Int64(0), through: top, by: Int(step)).map { price in
            """
            <line x1="\(PriceChart.left - 6)" y1="\(y(price))" x2="\(PriceChart.right)" y2="\(y(price))" \
            stroke="#dddddd"/><text x="\(PriceChart.left - 12)" y="\(y(price) + 5)" text-anchor="end" \
            fill="#111111">\(price / 100)</text>
            """
        }
        let middle = (PriceChart.upper + PriceChart.lower) / 2
        marks.append(
            """
            <line x1="\(PriceChart.left)" y1="\(PriceChart.upper)" x2="\(PriceChart.left)" y2="\(PriceChart.lower)" \
            stroke="#111111"/><text x="26" y="\(middle)" text-anchor="middle" fill="#111111" \
            transform="rotate(-90 26 \(middle))">停车费（元） · price (yuan)</text>
            """)
        return marks.joined(separator: "\n")
    }

    private func path(_ index: Int) -> String {
        let (ink, dashes) = PriceChart.inks[index % PriceChart.inks.count]
        var path = ""
        for step in curves[index].steps {
            path += path.isEmpty ? "M\(x(0)) \(y(step.price.count))" : " H\(x(step.minutes)) V\(y(step.price.count))"
        }
        path += " H\(x(minutes))"
        return """
            <path d="\(path)" fill="none" stroke="\(ink)" stroke-width="3" stroke-linejoin="round" \
            stroke-dasharray="\(dashes)"/>
            """
    }
}
