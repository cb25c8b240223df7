internal import Vocabulary

/// What is wrong with a week's file, in words.
struct WeekFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One thing that happens in a week, written as a line of words: `wed 11:42 cut all 25`.
struct WeekAct: Sendable {
    enum What: Sendable {
        /// `issue nutrition 30.00 pupil week-47`: by file, to everybody of a group.
        case issue(purse: String, yuan: String, group: String, reference: String)
        /// `top-up p0007 cash 50.00 slip-7`, or a group in place of the person.
        case topUp(who: String, purse: String, fen: Int64, reference: String)
        /// `guardian p0007 barredPeriods lunch`: a column of a file of persons, and what stands in it.
        case guardian(who: String, column: String, text: String)
        /// `end p0008`: the contract. `lost-card p0009`.
        case end(String), lostCard(String)
        /// `cut all 25`: so many minutes without network. `silent gate-2 10`: and nobody tells the box.
        case cut([DeviceID], minutes: Int64, isSilent: Bool)
        /// `power gate-1`: the box loses power. `replace gate-2`: another takes its place, with an empty disk.
        case power(DeviceID), replace(DeviceID)
        /// `hold gate-3`, `release gate-3`: a supervisor opens the turnstile for an emergency.
        case hold(DeviceID, Bool)
        /// `replay gate-1 20`: the terminal sends so many of its old records again.
        case replay(DeviceID, Int64)
        /// `refund p0011 3.00`: a supervisor gives a part of the person's last payment back, where it was made.
        case refund(String, fen: Int64)
        /// `close gate-1`: the day is over: what is set aside goes back.
        case close(DeviceID)
        /// `visit gate-1 p0007 face -> paid`: somebody comes, by face, card, code or an unknown face, who passes unless
        /// `staysOut` or `two` stands behind it; and what the display must say in the end.
        case visit(DeviceID, String, VisitorMeans, Visitor.Passing, expect: String?)
    }

    /// Minutes since the week began.
    var second: Int64
    var what: What
    let text: String

    init(_ text: String, gates: Set<DeviceID>) throws(WeekFault) {
        self.text = text
        var words = text.split(separator: " ").map(String.init)
        guard words.count >= 4, let day = WeekAct.days.firstIndex(of: words[0]) else {
            throw WeekFault("\(text): write it as `mon 11:30 visit gate-1 p0001 face -> paid`")
        }
        second = Int64(day) * 86_400 + (try WeekAct.seconds(words[1]))
        words.removeFirst(2)
        what = try WeekAct.what(words, gates, text)
    }

    static let days = ["mon", "tue", "wed", "thu", "fri", "sat"]

    /// `11:30` or `11:30:15`.
    private static func seconds(_ text: String) throws(WeekFault) -> Int64 {
        let parts = text.split(separator: ":").map { Int64($0) ?? -1 }
        guard (2...3).contains(parts.count), (0..<24).contains(parts[0]),
            parts.dropFirst().allSatisfy({ (0..<60).contains($0) })
        else { throw WeekFault("\(text) is no time of day: write 11:30 or 11:30:15") }
        return parts[0] * 3_600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
    }

    private static func fen(_ text: String) throws(WeekFault) -> Int64 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, let yuan = Int64(parts[0]), let rest = Int64(parts[1]), yuan >= 0
        else { throw WeekFault("\(text) is no amount: write 3.00") }
        return yuan * 100 + rest
    }

    private static func what(_ words: [String], _ gates: Set<DeviceID>, _ text: String) throws(WeekFault) -> What {
        func gate(_ word: String) throws(WeekFault) -> DeviceID {
            guard let gate = try? DeviceID(word), gates.contains(gate) else {
                throw WeekFault("\(word) is none of the week's gates")
            }
            return gate
        }
        func number(_ word: String) throws(WeekFault) -> Int64 {
            guard let number = Int64(word), (1...1_440).contains(number) else {
                throw WeekFault("\(text): write a number from 1 to 1440")
            }
            return number
        }
        switch (words[0], words.count) {
        case ("issue", 5):
            _ = try fen(words[2])
            return .issue(purse: words[1], yuan: words[2], group: words[3], reference: words[4])
        case ("top-up", 5):
            return .topUp(who: words[1], purse: words[2], fen: try fen(words[3]), reference: words[4])
        case ("guardian", 4): return .guardian(who: words[1], column: words[2], text: words[3])
        case ("end", 2): return .end(words[1])
        case ("lost-card", 2): return .lostCard(words[1])
        case ("cut", 3), ("silent", 3):
            let those = words[1] == "all" ? gates.sorted() : [try gate(words[1])]
            return .cut(those, minutes: try number(words[2]), isSilent: words[0] == "silent")
        case ("power", 2): return .power(try gate(words[1]))
        case ("replace", 2): return .replace(try gate(words[1]))
        case ("hold", 2), ("release", 2): return .hold(try gate(words[1]), words[0] == "hold")
        case ("replay", 3): return .replay(try gate(words[1]), try number(words[2]))
        case ("refund", 3): return .refund(words[1], fen: try fen(words[2]))
        case ("close", 2): return .close(try gate(words[1]))
        case ("visit", 4...): return try visit(words, try gate(words[1]), text)
        default: throw WeekFault("\(text): nobody knows how to do that")
        }
    }

    private static func visit(_ words: [String], _ gate: DeviceID, _ text: String) throws(WeekFault) -> What {
        guard let means = VisitorMeans(rawValue: words[3]) else {
            throw WeekFault("\(text): by \(VisitorMeans.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var rest = words.dropFirst(4)
        var passing = Visitor.Passing.passes
        if let word = rest.first, let named = Visitor.Passing(rawValue: word) {
            passing = named
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { return .visit(gate, words[2], means, passing, expect: nil) }
        guard rest.count == 2, rest.first == "->", let expect = rest.last else {
            throw WeekFault("\(text): what the display must say stands behind ->")
        }
        return .visit(gate, words[2], means, passing, expect: expect)
    }
}
