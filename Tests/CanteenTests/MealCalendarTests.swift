import JSONText
import Testing
import Vocabulary

@testable import Canteen

@Suite("Which meal is served when")
struct MealCalendarTests {
    static func period(
        _ id: String, _ from: String, _ until: String, _ days: Set<Int64> = MealPeriod.everyDay
    ) -> MealPeriod {
        MealPeriod(
            id: slug(id), chinese: id, english: id, from: try! TimeOfDay.read(from),
            until: try! TimeOfDay.read(until), days: days)
    }

    static let calendar = MealCalendar(
        zone: .china,
        periods: [
            period("lunch", "11:00", "13:30"), period("supper", "17:00", "19:00", [0, 1, 2, 3]),
            period("night", "22:30", "02:00", [4]),
        ])

    @Test(
        "the first minute of a meal belongs to it, and the first after it does not",
        arguments: [
            ("2026-11-20 10:59", nil, "2026-11-20"), ("2026-11-20 11:00", "lunch", "2026-11-20"),
            ("2026-11-20 13:29", "lunch", "2026-11-20"), ("2026-11-20 13:30", nil, "2026-11-20"),
            // 20 November 2026 is a Friday: supper is from Monday to Thursday only.
            ("2026-11-20 17:00", nil, "2026-11-20"), ("2026-11-19 17:00", "supper", "2026-11-19"),
            // What begins on Friday night is Friday's, also after midnight.
            ("2026-11-20 22:29", nil, "2026-11-20"), ("2026-11-20 22:30", "night", "2026-11-20"),
            ("2026-11-20 23:59", "night", "2026-11-20"), ("2026-11-21 00:00", "night", "2026-11-20"),
            ("2026-11-21 01:59", "night", "2026-11-20"), ("2026-11-21 02:00", nil, "2026-11-21"),
            ("2026-11-22 00:30", nil, "2026-11-22"),
        ] as [(String, String?, String)])
    func meals(moment: String, period: String?, counts: String) {
        #expect(Self.calendar.meal(at: at(moment)) == Meal(period: period.map(slug), day: day(counts)))
    }

    @Test("the next change is the nearest beginning or end, whatever the day")
    func changes() {
        #expect(Self.calendar.change(after: at("2026-11-20 10:00")) == at("2026-11-20 11:00"))
        #expect(Self.calendar.change(after: at("2026-11-20 11:00")) == at("2026-11-20 13:30"))
        #expect(Self.calendar.change(after: at("2026-11-20 23:00")) == at("2026-11-21 02:00"))
        #expect(Self.calendar.change(after: at("2026-11-21 02:00")) == at("2026-11-21 11:00"))
        #expect(MealCalendar(zone: .china, periods: []).change(after: at("2026-11-20 10:00")) == nil)
    }

    @Test("every change that is told is one, and between two of them the meal stays the same")
    func consistent() throws {
        let zone = try TimeZoneRule("CET-1CEST,M3.5.0,M10.5.0/3")
        let calendar = MealCalendar(
            zone: zone, periods: [Self.period("early", "01:30", "04:00"), Self.period("late", "20:00", "01:00")])
        // Across both changes of the clocks of 2026.
        for start in ["2026-03-28 12:00", "2026-10-24 12:00"] {
            var now = at(start, zone)
            for _ in 0..<12 {
                let next = try #require(calendar.change(after: now))
                #expect(next > now)
                now = next
            }
            // Minute by minute a meal is what the local clock says.
            let begin = at(start, zone).milliseconds
            for minute in Int64(0)..<2_880 {
                let wall = WallTime(milliseconds: begin + minute * 60_000)
                let clock = zone.local(wall.milliseconds / 1_000).second / 60
                let expected = clock >= 90 && clock < 240 ? "early" : clock >= 1_200 || clock < 60 ? "late" : nil
                #expect(calendar.meal(at: wall).period?.text == expected)
            }
        }
    }

    @Test("two meals at once are seen, also across midnight and the week's end")
    func overlaps() {
        let night = Self.period("night", "23:00", "01:00", [6])
        #expect(MealCalendar.overlaps([night, Self.period("early", "00:59", "02:00", [0])]).count == 1)
        #expect(MealCalendar.overlaps([night, Self.period("early", "01:00", "02:00", [0])]).isEmpty)
        #expect(MealCalendar.overlaps([night, Self.period("early", "00:59", "02:00", [1])]).isEmpty)
        #expect(MealCalendar.overlaps([Self.period("all", "00:00", "24:00"), night]).count == 1)
    }

    @Test("a gap is found to the minute")
    func gaps() {
        #expect(MealCalendar.firstGap([Self.period("all", "00:00", "24:00")]) == nil)
        #expect(
            MealCalendar.firstGap([Self.period("day", "06:00", "22:00"), Self.period("night", "22:00", "05:59")])
                == 359..<360)
    }
}

@Suite("What weighed food costs")
struct WeighedPriceTests {
    static func price(
        _ fen: Int64, per: Int64 = 500, tare: Int64 = 0, least: Int64 = 1, unit: Int64 = 1,
        _ rounding: WeighedPrice.Rounding = .half
    ) -> WeighedPrice {
        WeighedPrice(
            price: Fen(fen), per: Grams(per), tare: Grams(tare), least: Grams(least), unit: Fen(unit),
            rounding: rounding)
    }

    @Test(
        "a price is the weight times the price, rounded once",
        arguments: [
            (1_980, 500, 1, WeighedPrice.Rounding.half, 500, 1_980), (1_980, 500, 1, .half, 1, 4),
            (1_980, 500, 10, .half, 313, 1_240), (1_980, 500, 10, .down, 313, 1_230), (1_980, 500, 10, .up, 311, 1_240),
            // Exactly a half of a jiao: 25 g at 1 fen a gram is 25 fen.
            (500, 500, 10, .half, 25, 30), (500, 500, 10, .half, 24, 20), (500, 500, 10, .down, 25, 20),
            (500, 500, 10, .up, 21, 30), (500, 500, 10, .up, 20, 20), (999_999, 1_000, 1, .half, 50_000, 49_999_950),
        ] as [(Int64, Int64, Int64, WeighedPrice.Rounding, Int64, Int64)])
    func rounding(
        fen: Int64, per: Int64, unit: Int64, rounding: WeighedPrice.Rounding, grams: Int64, cost: Int64
    ) throws {
        let price = Self.price(fen, per: per, unit: unit, rounding)
        #expect(try price.cost(of: Grams(grams)).amount == Fen(cost))
    }

    @Test("the container is taken off, and what is below the least is not sold")
    func tare() throws {
        let price = Self.price(1_000, tare: 380, least: 20)
        #expect(try price.cost(of: Grams(400)) == (Grams(20), Fen(40)))
        #expect(throws: WeighedPriceError.tooLight(Grams(19), least: Grams(20))) { try price.cost(of: Grams(399)) }
        #expect(throws: WeighedPriceError.nothing) { try price.cost(of: Grams(380)) }
        #expect(throws: WeighedPriceError.nothing) { try price.cost(of: Grams(-5)) }
        #expect(throws: WeighedPriceError.tooHeavy(Grams(50_001))) { try price.cost(of: Grams(50_001)) }
        #expect(throws: WeighedPriceError.tooLight(Grams(1), least: Grams(1))) {
            try Self.price(1).cost(of: Grams(1))
        }
        #expect(throws: WeighedPriceError.overflow) { try Self.price(.max).cost(of: Grams(3)) }
    }

    @Test("more never costs less, and no rounding is off by a unit or more")
    func monotonous() throws {
        for rounding in WeighedPrice.Rounding.allCases {
            let price = Self.price(1_980, unit: 10, rounding)
            var last = Fen.zero
            for grams in Int64(20)...2_000 {
                let amount = try price.cost(of: Grams(grams)).amount
                #expect(amount >= last)
                let off = amount.count * 500 - grams * 1_980
                switch rounding {
                case .half: #expect(abs(off) <= 2_500)
                case .up: #expect((0..<5_000).contains(off))
                case .down: #expect((-4_999...0).contains(off))
                }
                last = amount
            }
        }
    }
}

@Suite("A menu's stock")
struct MenuStockTests {
    static let lunch = Meal(period: slug("lunch"), day: day("2026-11-20"))
    static let stock = [slug("set"): Int64(3), slug("soup"): 1]

    @Test("what is held is not there for others, and what is not counted always is")
    func held() {
        var stock = MenuStock(Self.stock, meal: Self.lunch)
        #expect(stock.hold([slug("set"): 2, slug("milk"): 9]) == nil)
        #expect(stock.left(slug("set")) == 1 && stock.left(slug("milk")) == nil)
        // All or nothing: the soup is not held where the set is missing.
        #expect(stock.hold([slug("set"): 2, slug("soup"): 1]) == slug("set"))
        #expect(stock.left(slug("soup")) == 1)
        stock.free([slug("set"): 2, slug("milk"): 9])
        #expect(stock.left(slug("set")) == 3)
    }

    @Test("what is sold comes back only within its own meal, and a new meal begins anew")
    func meals() {
        var stock = MenuStock(Self.stock, meal: Self.lunch)
        _ = stock.hold([slug("set"): 3])
        stock.sell([slug("set"): 3])
        #expect(stock.left(slug("set")) == 0 && stock.sold(slug("set")) == 3)
        stock.putBack([slug("set"): 1], of: Self.lunch)
        #expect(stock.left(slug("set")) == 1)
        let supper = Meal(period: slug("supper"), day: Self.lunch.day)
        let (first, again) = (stock.begin(supper), stock.begin(supper))
        #expect(first && !again)
        #expect(stock.left(slug("set")) == 3)
        _ = stock.hold([slug("set"): 1])
        stock.sell([slug("set"): 1])
        stock.putBack([slug("set"): 1], of: Self.lunch)
        #expect(stock.left(slug("set")) == 2)
        // What stands in a sale when a meal begins is held in it.
        _ = stock.hold([slug("set"): 2])
        _ = stock.begin(Self.lunch)
        #expect(stock.left(slug("set")) == 1)
    }

    @Test("whatever happens, nothing is left below zero, and what is left, held and sold is what there was")
    func random() {
        var dice = SystemDice(seed: 11)
        for _ in 0..<200 {
            var stock = MenuStock(Self.stock, meal: Self.lunch)
            var held: [[Slug: Int64]] = [], sold: [[Slug: Int64]] = []
            for _ in 0..<60 {
                let items = [slug(dice.pick(["set", "soup"])): dice.below(3) + 1]
                switch dice.below(4) {
                case 0: if stock.hold(items) == nil { held.append(items) }
                case 1: if !held.isEmpty { stock.free(held.removeLast()) }
                case 2:
                    if let one = held.popLast() {
                        stock.sell(one)
                        sold.append(one)
                    }
                default: if let one = sold.popLast() { stock.putBack(one, of: Self.lunch) }
                }
                for (item, all) in Self.stock {
                    let out = (held + sold).reduce(0) { $0 + ($1[item] ?? 0) }
                    #expect(out <= all && stock.left(item) == all - out)
                }
            }
            guard case .put(_, _, let value) = stock.kept else { return }
            let read = MenuStock(Self.stock, stateValue: value)
            for item in Self.stock.keys { #expect(read?.sold(item) == stock.sold(item)) }
        }
    }
}

/// A test's dice: repeatable.
struct SystemDice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int64) -> Int64 { Int64(next() % UInt64(count)) }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(below(Int64(values.count)))] }
}
