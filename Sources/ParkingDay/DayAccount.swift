internal import Vocabulary
internal import Wire

/// What a day came to: boxes, platform and what was expected, side by side.
public struct DayAccount: Equatable, Sendable, CustomStringConvertible {
    /// One line of the table: what the boxes' journals say, what the platform's books say, what the day's file says.
    public struct Row: Equatable, Sendable {
        public var name: String
        public var boxes: String, platform: String, expected: String
        public var isRight: Bool
    }

    public private(set) var rows: [Row] = []
    /// What was not as expected, act by act and car by car.
    public private(set) var faults: [String]
    public var differences: Int { faults.count + rows.filter { !$0.isRight }.count }

    private struct Tally {
        var taken: [PaymentID: Charge] = [:]
        var owed: [PaymentID: Charge] = [:]
        var entered = 0
        var waived = 0
        var records: Int64 = 0
        var alarms: Set<String> = []
    }

    init(_ day: DayFile, _ stage: any DayStage, _ faults: [String]) throws(DayFault) {
        self.faults = faults
        var all = Tally()
        for box in day.boxes {
            for event in try stage.records(box) {
                all.records += 1
                switch event {
                case .payment(.approved, let charge, _), .payment(.acceptedOffline, let charge, _),
                    .payment(.cashTaken, let charge, _):
                    all.taken[charge.payment] = charge
                case .debt(let charge): all.owed[charge.payment] = charge
                case .stayOpened: all.entered += 1
                case .decision(_, _, _, _, .letOut, "waived"): all.waived += 1
                case .alarm(_, let code, true): all.alarms.insert("\(box) \(code)")
                default: break
                }
            }
        }
        // What was owed and then taken is one payment.
        for id in all.taken.keys { all.owed[id] = nil }
        checkCars(day, all)
        for event in day.events {
            guard let alarm = event.alarm, !all.alarms.contains("\(event.lane.box) \(alarm)") else { continue }
            self.faults.append(
                "\(DayRunner.clock(event.minute)) \(event.oddity.rawValue): no alarm \(alarm) in the journal")
        }
        compare(day, all, try stage.books())
    }

    /// Each car paid, or owes, what the file says, and nothing else.
    private mutating func checkCars(_ day: DayFile, _ all: Tally) {
        func sums(_ charges: [PaymentID: Charge]) -> [String: Int64] {
            charges.values.reduce(into: [:]) { $0[$1.plate?.text ?? "", default: 0] += $1.quote.total.count }
        }
        let (taken, owed) = (sums(all.taken), sums(all.owed))
        for car in day.cars {
            let expected = car.pays == .debt ? (taken: 0, owed: car.fen) : (taken: car.fen, owed: 0)
            let found = (taken: taken[car.plate] ?? 0, owed: owed[car.plate] ?? 0)
            if found != expected {
                faults.append(
                    "\(car.plate) (\(car.pays.rawValue)) paid \(found.taken) fen and owes \(found.owed), "
                        + "expected \(expected.taken) and \(expected.owed)")
            }
        }
    }

    private mutating func compare(_ day: DayFile, _ all: Tally, _ books: DayBooks) {
        func sum(_ charges: [PaymentID: Charge]) -> Int64 { charges.values.reduce(0) { $0 + $1.quote.total.count } }
        func add(_ name: String, _ boxes: Int64, _ platform: Int64?, _ expected: Int64) {
            rows.append(
                Row(
                    name: name, boxes: "\(boxes)", platform: platform.map { "\($0)" } ?? "", expected: "\(expected)",
                    isRight: boxes == expected && platform ?? expected == expected))
        }
        let paying = day.cars.filter { $0.pays != .debt && $0.fen > 0 }
        let owing = day.cars.filter { $0.pays == .debt }
        add("cars in", Int64(all.entered), nil, Int64(day.cars.count) + day.scenes.reduce(0) { $0 + $1.enters })
        let waived = Int64(day.cars.filter { $0.pays == .waived }.count) + day.scenes.reduce(0) { $0 + $1.waives }
        add("waived", Int64(all.waived), nil, waived)
        // What is paid on the phone is no payment of a box: only the platform takes it.
        let phone = day.scenes.flatMap(\.phone)
        let taken = paying.map(\.fen) + day.scenes.flatMap(\.pays)
        add("payments", Int64(all.taken.count), books.approved.count - Int64(phone.count), Int64(taken.count))
        add("  fen", sum(all.taken), books.approved.sum.count - phone.reduce(0, +), taken.reduce(0, +))
        let owed = owing.map(\.fen) + day.scenes.flatMap(\.owes)
        add("debts", Int64(all.owed.count), books.owed.count, Int64(owed.count))
        add("  fen", sum(all.owed), books.owed.sum.count, owed.reduce(0, +))
        if let collected = books.collected {
            // Whose contract had money and was only not to be promised pays at the platform's own next try.
            let expected = owing.map(\.fen) + day.scenes.flatMap(\.collects)
            // Only the platform knows when it takes what is owed.
            func add(_ name: String, _ platform: Int64, _ expected: Int64) {
                rows.append(
                    Row(
                        name: name, boxes: "", platform: "\(platform)", expected: "\(expected)",
                        isRight: platform == expected))
            }
            add("collected", collected.count, Int64(expected.count))
            add("  fen", collected.sum.count, expected.reduce(0, +))
        }
        add("records", all.records, books.records, all.records)
        add("sum of the books", 0, books.sumOfBooks.count, 0)
        add("incidents", 0, books.incidents, 0)
    }

    public var description: String {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        var lines = ["\(pad("", 20))\(pad("boxes", 12))\(pad("platform", 12))expected"]
        for row in rows {
            lines.append(
                "\(pad(row.name, 20))\(pad(row.boxes, 12))\(pad(row.platform, 12))\(row.expected)"
                    + (row.isRight ? "" : "   DIFFERS"))
        }
        lines += faults
        lines.append("\(pad("differences", 20))\(differences)")
        return lines.joined(separator: "\n")
    }
}
