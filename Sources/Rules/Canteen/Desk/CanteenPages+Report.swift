internal import Purses
internal import Vocabulary

extension CanteenPages {
    /// A meal's report as lines, in both languages.
    public func reportText(_ report: PeriodReport) -> String {
        let meal = report.meal.period.flatMap { self.period($0) }
        var lines = [
            "餐次报表 Meal period report", "\(site)",
            "\(report.meal.day) \(meal?.chinese ?? "餐外") \(meal?.english ?? "between meals")",
            report.closed == nil ? "未结束 Still open" : "结束 Closed\(report.closedBy.map { ": \($0)" } ?? "")", "",
        ]
        for group in PeriodReport.Group.allCases {
            let rows = report.sums.filter { $0.key.group == group }.sorted { $0.key < $1.key }
            guard !rows.isEmpty else { continue }
            let title = CanteenPages.title(group)
            lines.append("\(title.chinese) \(title.english)")
            for (key, sum) in rows {
                let name = label(group, key.name)
                lines.append("  \(name.isEmpty ? "" : name + "  ")\(sum.count) ×  ¥\(sum.amount)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func title(_ group: PeriodReport.Group) -> (chinese: String, english: String) {
        switch group {
        case .all: ("合计", "All")
        case .mode: ("按方式", "By mode")
        case .item: ("按品种", "By item")
        case .purse: ("按钱包", "By purse")
        case .instrument: ("按支付方式", "By instrument")
        case .offline: ("其中离线", "Of which offline")
        case .correction: ("退款与更正", "Refunded and corrected")
        case .undone: ("未通行已撤销", "Undone: not passed")
        }
    }

    private func label(_ group: PeriodReport.Group, _ name: String) -> String {
        guard let slug = try? Slug(name) else { return name }
        switch group {
        case .item:
            if let names = names[slug] { return "\(names.chinese) \(names.english)" }
            return name == "keyed" ? "金额 Amount" : name
        case .purse: return rules?.purse(slug).map { "\($0.chinese) \($0.english)" } ?? name
        case .all, .mode, .instrument, .offline, .correction, .undone: return name
        }
    }
}
