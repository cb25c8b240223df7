import Testing
import Vocabulary

@testable import Tariffs

private func span(minutes: Int64) -> Uptime.Span { .milliseconds(minutes * 60_000) }

/// What holds for tariffs of any shape, times of any length and clocks that are changed.
@Suite("Any tariff")
struct TariffPropertyTests {
    /// A moment near a change of the clocks, a new year, a leap day, or any.
    private func entry(_ dice: inout SeededGenerator, _ zone: TimeZoneRule) -> WallTime {
        let days = ["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2028-02-28", "2026-12-31"]
        guard let date = days.randomElement(using: &dice).flatMap({ try? CivilDate($0) }) else {
            preconditionFailure("these are dates")
        }
        let second = zone.instant(date, second: .random(in: 0..<172_800, using: &dice))
        return WallTime(milliseconds: second * 1_000 + .random(in: 0...999, using: &dice))
    }

    private func random(_ dice: inout SeededGenerator) throws -> (tariff: Tariff, entry: WallTime) {
        let zone = try TimeZoneRule(#require(RandomTariffs.zones.randomElement(using: &dice)))
        let entry = entry(&dice, zone)
        let date = zone.local(floorDivide(entry.milliseconds, 1_000)).date
        return (
            Tariff(
                id: slug("random"), zone: zone, calendar: RandomTariffs.calendar(&dice, near: date),
                prices: RandomTariffs.scheme(&dice)), entry
        )
    }

    @Test("a price is what counting minute by minute makes it", arguments: 1...80)
    func oracle(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            let (tariff, entry) = try random(&dice)
            let naive = NaivePrice(scheme: tariff.prices, zone: tariff.zone, calendar: tariff.calendar)
            for minutes in [Int64(0), 1, .random(in: 1...200, using: &dice), .random(in: 1...4_000, using: &dice)] {
                let quote = try tariff.quote(from: entry, duration: span(minutes: minutes))
                #expect(
                    quote.total.count == naive.price(entry, minutes: minutes),
                    "\(minutes) minutes from \(entry.milliseconds) in \(tariff.zone.text) by \(tariff.prices)")
            }
        }
    }

    @Test("a price never falls as time grows, and is the sum of its lines, which cover the time", arguments: 1...60)
    func neverFalls(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let (tariff, entry) = try random(&dice)
        var (minutes, last) = (Int64(0), Fen.zero)
        for _ in 0..<120 {
            minutes += .random(in: 1...90, using: &dice)
            let quote = try tariff.quote(from: entry, duration: span(minutes: minutes))
            #expect(quote.total >= last && quote.addsUp)
            let caps: Set<Quote.Line.Kind> = [.windowCap, .dailyCap, .stayCap]
            #expect(quote.lines.filter { !caps.contains($0.kind) }.reduce(0) { $0 + $1.minutes } == minutes)
            #expect(quote.lines.allSatisfy { $0.minutes >= 0 && ($0.amount < .zero) == caps.contains($0.kind) })
            last = quote.total
        }
    }

    @Test("no cap is exceeded: of a stay, of a day, of one coming of a window", arguments: 1...60)
    func caps(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        var (tariff, entry) = try random(&dice)
        tariff.prices.capPerDay = Fen(700)
        for index in tariff.prices.windows.indices { tariff.prices.windows[index].cap = Fen(300) }
        tariff.prices.capPerStay = nil
        tariff.prices.minimum = .zero
        let minutes = Int64.random(in: 1...20_000, using: &dice)
        let total = try tariff.quote(from: entry, duration: span(minutes: minutes)).total.count
        let days = minutes / 1_440 + 2
        #expect(total <= 700 * days)
        if !tariff.prices.isWhole {
            tariff.prices.capPerDay = nil
            let windows = Int64(tariff.prices.windows.count)
            #expect(try tariff.quote(from: entry, duration: span(minutes: minutes)).total.count <= 300 * windows * days)
        }
        tariff.prices.capPerStay = Fen(1_000)
        #expect(try tariff.quote(from: entry, duration: span(minutes: minutes)).total.count <= 1_000)
    }

    @Test("what was paid and what is still to pay make the whole", arguments: 1...60)
    func partPaid(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        var (tariff, entry) = try random(&dice)
        tariff.rounding = Tariff.Rounding(unit: Fen(.random(in: 1...100, using: &dice)), mode: .random(&dice))
        tariff.vehicles[.newEnergy] = .discount(percent: .random(in: 1...99, using: &dice), of: nil)
        for vehicle in [VehicleClass.small, .newEnergy] {
            let minutes = Int64.random(in: 1...6_000, using: &dice), paid = Int64.random(in: 0...minutes, using: &dice)
            let whole = try tariff.quote(from: entry, duration: span(minutes: minutes), vehicle: vehicle)
            let part = try tariff.quote(from: entry, duration: span(minutes: paid), vehicle: vehicle)
            let rest = try tariff.quote(
                from: entry, duration: span(minutes: minutes), paidFor: span(minutes: paid), vehicle: vehicle)
            #expect(part.total.count + rest.total.count == whole.total.count)
            #expect(rest.addsUp && rest.total >= .zero && rest.vehicle == vehicle)
            #expect((rest.began, rest.from, rest.until) == (entry, part.until, whole.until))
        }
    }

    @Test("the order in which windows are written changes nothing", arguments: 1...40)
    func order(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let (tariff, entry) = try random(&dice)
        var other = tariff
        other.prices.windows.shuffle(using: &dice)
        let minutes = Int64.random(in: 1...9_000, using: &dice)
        #expect(
            try tariff.quote(from: entry, duration: span(minutes: minutes))
                == other.quote(from: entry, duration: span(minutes: minutes)))
    }

    @Test("cutting the day at midnight, or anywhere, changes no price with a cap for 24 hours", arguments: 1...40)
    func cutting(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        var (tariff, entry) = try random(&dice)
        let period = PricePeriod(minutes: .random(in: 1...200, using: &dice), price: Fen(150))
        tariff.prices = PriceScheme(
            free: RandomTariffs.free(&dice), windows: [PriceWindow(name: nil, periods: [period])],
            capPerDay: Fen(2_000), periodsRunOn: .overWindows)
        var cut = tariff
        let noon = Int64.random(in: 1..<1_440, using: &dice)
        cut.prices.windows = [
            PriceWindow(name: slug("a"), from: 0, to: noon, periods: [period]),
            PriceWindow(name: slug("b"), from: noon, to: 1_440, periods: [period]),
        ]
        for _ in 0..<20 {
            let minutes = Int64.random(in: 1...9_000, using: &dice)
            let whole = try tariff.quote(from: entry, duration: span(minutes: minutes)).total
            #expect(try cut.quote(from: entry, duration: span(minutes: minutes)).total == whole)
            // Nor does the time of day at which it begins.
            let shifted = WallTime(milliseconds: entry.milliseconds + .random(in: 0...86_400_000, using: &dice))
            #expect(try tariff.quote(from: shifted, duration: span(minutes: minutes)).total == whole)
        }
    }

    @Test(
        "half a unit is rounded up, less than half down",
        arguments: [(100, 149, 100), (100, 150, 200), (100, 151, 200), (3, 4, 3), (3, 5, 6)] as [(Int64, Int64, Int64)])
    func halves(unit: Int64, amount: Int64, rounded: Int64) throws {
        let rounding = Tariff.Rounding(unit: Fen(unit), mode: .nearest)
        #expect(amount + (try rounding.correction(of: Fen(amount)).count) == rounded)
    }

    @Test("rounding goes the way it says, by less than a unit", arguments: 1...20)
    func rounding(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let unit = Int64.random(in: 1...200, using: &dice), amount = Int64.random(in: 0...9_999, using: &dice)
            func rounded(_ mode: Tariff.Rounding.Mode) throws -> Int64 {
                amount + (try Tariff.Rounding(unit: Fen(unit), mode: mode).correction(of: Fen(amount)).count)
            }
            #expect(try rounded(.down) == amount / unit * unit)
            #expect(try rounded(.up) == (amount + unit - 1) / unit * unit)
            #expect(try rounded(.nearest) == (2 * amount + unit) / (2 * unit) * unit)
        }
    }
}
