extension TimeZoneRule {
    /// Reads a POSIX `TZ` text.
    ///
    /// One with daylight saving must say when it begins and ends: POSIX leaves that open, and a price cannot.
    /// - Throws: ``CalendarTextError/notATimeZone(_:why:)``.
    public init(_ text: String) throws(CalendarTextError) {
        guard text.utf8.count <= 100 else { throw .notATimeZone(text, why: "it has more than 100 characters") }
        var parser = Parser(text: text, rest: Array(text.utf8)[...])
        try parser.name()
        // POSIX counts west of Greenwich; everybody else counts east.
        let standard = -(try parser.time(mostHours: 24, "the offset from universal time"))
        guard !parser.rest.isEmpty else {
            self.init(text: text, standardOffset: standard, daylight: nil)
            return
        }
        try parser.name()
        var offset = standard + 3_600
        if parser.rest.first != UInt8(ascii: ",") {
            offset = -(try parser.time(mostHours: 24, "the offset of daylight saving"))
        }
        let begins = try parser.change("when daylight saving begins")
        let ends = try parser.change("when daylight saving ends")
        guard parser.rest.isEmpty else { throw parser.fault("something follows the rule") }
        guard offset != standard else { throw parser.fault("daylight saving changes nothing") }
        self.init(
            text: text, standardOffset: standard, daylight: Daylight(offset: offset, begins: begins, ends: ends))
    }

    private struct Parser {
        let text: String
        var rest: ArraySlice<UInt8>

        func fault(_ why: String) -> CalendarTextError { .notATimeZone(text, why: why) }

        private mutating func take(_ byte: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: byte) else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func number(_ range: ClosedRange<Int64>, _ what: String) throws(CalendarTextError) -> Int64 {
            let text = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard let number = digits(text), range.contains(number) else {
                throw fault("\(what) must be \(range.lowerBound) to \(range.upperBound)")
            }
            rest = rest.dropFirst(text.count)
            return number
        }

        /// Three letters or more, or anything of letters, digits and signs within < and >.
        mutating func name() throws(CalendarTextError) {
            let isQuoted = take("<")
            let name = rest.prefix {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): isQuoted
                default: false
                }
            }
            guard name.count >= 3 else { throw fault("a name has at least three letters") }
            rest = rest.dropFirst(name.count)
            if isQuoted, !take(">") { throw fault("a name that begins with < ends with >") }
        }

        /// `[+-]hh[:mm[:ss]]`, in seconds.
        mutating func time(mostHours: Int64, _ what: String) throws(CalendarTextError) -> Int64 {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            var seconds = try number(0...mostHours, what) * 3_600
            if take(":") { seconds += try number(0...59, "minutes") * 60 }
            if take(":") { seconds += try number(0...59, "seconds") }
            return isNegative ? -seconds : seconds
        }

        /// `,M3.5.0/2`, `,J60` or `,59`.
        mutating func change(_ what: String) throws(CalendarTextError) -> Change {
            guard take(",") else { throw fault("it does not say \(what)") }
            let day: Change.Day
            if take("M") {
                let month = try number(1...12, "the month")
                guard take(".") else { throw fault("a month is followed by . and a week") }
                let week = try number(1...5, "the week")
                guard take(".") else { throw fault("a week is followed by . and a day") }
                day = .weekday(month: month, week: week, day: try number(0...6, "the day of the week"))
            } else if take("J") {
                day = .withoutLeapDay(try number(1...365, "the day of the year"))
            } else {
                day = .withLeapDay(try number(0...365, "the day of the year"))
            }
            return Change(day: day, seconds: take("/") ? try time(mostHours: 167, "the hour of a change") : 7_200)
        }
    }
}
