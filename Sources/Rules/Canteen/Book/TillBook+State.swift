internal import JSONText
internal import Vocabulary

/// The book in the journal's state: what is counted and the last sales as one value, closed reports as another.
extension TillBook {
    /// What keeps the sales.
    var kept: StateChange {
        .put(
            kind: TillBook.stateKind, key: "current",
            value: JSONWriter.object { writer in
                writer.field("report") { current.write(to: &$0) }
                writer.field("last", array: last) { writer, sale in writer.object { sale.write(to: &$0) } }
            })
    }

    /// What keeps the closed reports.
    var keptReports: StateChange {
        .put(
            kind: TillBook.reportKind, key: "closed",
            value: JSONWriter.object { writer in
                writer.field("reports", array: reports) { writer, report in writer.object { report.write(to: &$0) } }
            })
    }

    /// - Returns: nil where a value cannot be read.
    init?(current value: [UInt8], reports closed: [UInt8]?) {
        guard let node = try? JSONNode.parse(value, dialect: .json), let head = node["report"],
            let report = PeriodReport(head), let list = node["last"]?.array
        else { return nil }
        let last = list.compactMap { SaleEntry($0) }
        var reports: [PeriodReport] = []
        if let closed {
            guard let node = try? JSONNode.parse(closed, dialect: .json), let list = node["reports"]?.array else {
                return nil
            }
            reports = list.compactMap { PeriodReport($0) }
            guard reports.count == list.count else { return nil }
        }
        guard last.count == list.count else { return nil }
        self.init(current: report, last: last, reports: reports)
    }
}

extension Meal {
    func writeKept(to writer: inout JSONWriter) {
        writer.field("period", ifPresent: period?.text)
        writer.field("day", day.description)
    }

    init?(kept node: JSONNode) {
        guard let day = (node["day"]?.string).flatMap({ try? CivilDate($0) }) else { return nil }
        self.init(period: (node["period"]?.string).flatMap { try? Slug($0) }, day: day)
    }
}

extension PeriodReport {
    func write(to writer: inout JSONWriter) {
        writer.field("meal") { meal.writeKept(to: &$0) }
        writer.field("closed", ifPresent: closed?.milliseconds)
        writer.field("closedBy", ifPresent: closedBy)
        writer.field("sums", array: sums.sorted { $0.key < $1.key }) { writer, entry in
            writer.object {
                $0.field("group", entry.key.group.rawValue)
                $0.field("name", entry.key.name)
                $0.field("count", entry.value.count)
                $0.field("amount", entry.value.amount.count)
            }
        }
    }

    // One row at a time: an optimised build does not take it otherwise.
    init?(_ node: JSONNode) {
        guard let kept = node["meal"], let meal = Meal(kept: kept), let list = node["sums"]?.array else { return nil }
        let rows = list.compactMap { PeriodReport.row($0) }
        guard rows.count == list.count else { return nil }
        self.init(meal: meal)
        for row in rows { add(row.group, row.name, count: row.count, row.amount) }
        if let milliseconds = node["closed"]?.integer { closed = WallTime(milliseconds: milliseconds) }
        closedBy = node["closedBy"]?.string
    }

    private struct Row {
        var group: Group
        var name: String
        var count: Int64
        var amount: Fen
    }

    private static func row(_ node: JSONNode) -> Row? {
        guard let word = node["group"]?.string, let group = Group(rawValue: word), let name = node["name"]?.string,
            let count = node["count"]?.integer, let amount = node["amount"]?.integer
        else { return nil }
        return Row(group: group, name: name, count: count, amount: Fen(amount))
    }
}

extension SaleEntry {
    func write(to writer: inout JSONWriter) {
        writer.field("id", id.description)
        writer.field("at", at.milliseconds)
        writer.field("lane", lane.text)
        writer.field("meal") { meal.writeKept(to: &$0) }
        writer.field("mode", mode.rawValue)
        writer.field("who", ifPresent: who)
        writer.field("payment", ifPresent: payment?.description)
        writer.field("instrument", ifPresent: instrument?.rawValue)
        writer.field("offline", isOffline)
        writer.field("lines", array: lines) { writer, line in
            writer.object {
                $0.field("item", ifPresent: line.item?.text)
                $0.field("count", line.count)
                $0.field("amount", line.amount.count)
            }
        }
        writer.field("shares", array: shares) { writer, share in
            writer.object {
                $0.field("purse", share.purse.text)
                $0.field("amount", share.amount.count)
            }
        }
        writer.field("total", total.count)
        writer.field("standing", standing.rawValue)
        writer.field("returned", returned.count)
    }

    init?(_ node: JSONNode) {
        func name(_ text: String?) -> Slug? { text.flatMap { try? Slug($0) } }
        guard let id = (node["id"]?.string).flatMap({ try? UUIDv7($0) }), let at = node["at"]?.integer,
            let lane = name(node["lane"]?.string), let meal = node["meal"].flatMap({ Meal(kept: $0) }),
            let mode = (node["mode"]?.string).flatMap(CanteenMode.Kind.init), let isOffline = node["offline"]?.bool,
            let lines = node["lines"]?.array, let shares = node["shares"]?.array, let total = node["total"]?.integer,
            let standing = (node["standing"]?.string).flatMap(Standing.init), let returned = node["returned"]?.integer
        else { return nil }
        self.init(
            id: id, at: WallTime(milliseconds: at), lane: lane, meal: meal, mode: mode, who: node["who"]?.string,
            payment: (node["payment"]?.string).flatMap { try? PaymentID($0) },
            instrument: (node["instrument"]?.string).flatMap(Instrument.Kind.init), isOffline: isOffline,
            lines: lines.compactMap { line in
                guard let count = line["count"]?.integer, let amount = line["amount"]?.integer else { return nil }
                return Line(item: name(line["item"]?.string), count: count, amount: Fen(amount))
            },
            shares: shares.compactMap { share in
                guard let purse = name(share["purse"]?.string), let amount = share["amount"]?.integer else {
                    return nil
                }
                return Share(purse: purse, amount: Fen(amount))
            }, total: Fen(total))
        self.standing = standing
        self.returned = Fen(returned)
    }
}
