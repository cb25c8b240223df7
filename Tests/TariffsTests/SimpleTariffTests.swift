import Testing
import Vocabulary

@testable import Tariffs

/// 15 minutes free; the first hour 5.00; each half hour more 2.00; at most 40.00 in 24 hours.
private let tariff = Tariff(
    id: slug("city-1"), freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(500), unitMinutes: 30,
    unitPrice: Fen(200), capPer24Hours: Fen(4_000))
private let minute: Int64 = 60_000
private let day: Int64 = 24 * 60 * minute
private let start = WallTime(milliseconds: 1_750_000_000_000)

private func price(_ milliseconds: Int64) throws -> Int64 {
    try tariff.quote(from: start, duration: .milliseconds(milliseconds)).total.count
}

@Suite("A tariff of the simple form")
struct SimpleTariffTests {
    @Test(
        "the golden table, worked out by hand",
        arguments: [
            (-1, 0), (0, 0), (1, 0), (15 * minute, 0), (15 * minute + 1, 500), (60 * minute, 500),
            (60 * minute + 1, 700), (90 * minute, 700), (90 * minute + 1, 900), (120 * minute, 900),
            // 5.00 and seventeen half hours are 39.00; the eighteenth would make 41.00.
            (60 * minute + 17 * 30 * minute, 3_900), (60 * minute + 17 * 30 * minute + 1, 4_000),
            (60 * minute + 18 * 30 * minute + 1, 4_000), (day - 1, 4_000), (day, 4_000), (day + 1, 4_500),
            (day + 15 * minute, 4_500), (day + 60 * minute + 1, 4_700), (2 * day, 8_000), (3 * day, 12_000),
            (3 * day + 61 * minute, 12_700), (3_652 * day, 3_652 * 4_000), (3_652 * day + 1, 3_652 * 4_000 + 500),
        ] as [(Int64, Int64)])
    func golden(milliseconds: Int64, fen: Int64) throws {
        #expect(try price(milliseconds) == fen)
    }

    @Test("a quote says from when, until when and line by line")
    func lines() throws {
        let quote = try tariff.quote(from: start, duration: .milliseconds(day + 91 * minute))
        #expect(quote.from == start)
        #expect(quote.until == WallTime(milliseconds: start.milliseconds + day + 91 * minute))
        #expect(
            quote.lines == [
                Quote.Line(kind: .firstPeriod, minutes: 60, amount: Fen(500)),
                Quote.Line(kind: .unitPeriods, minutes: 1_380, amount: Fen(9_200)),
                Quote.Line(kind: .dailyCap, minutes: 1_440, amount: Fen(-5_700)),
                Quote.Line(kind: .firstPeriod, minutes: 60, amount: Fen(500)),
                Quote.Line(kind: .unitPeriods, minutes: 31, amount: Fen(400)),
            ])
    }

    @Test(
        "a price never falls, never exceeds the cap of the days begun, and is the sum of its lines", arguments: 1...40)
    func properties(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let cap = Fen(.random(in: 0...9_000, using: &dice))
        let random = Tariff(
            id: slug("random"), freeMinutes: .random(in: 0...1_440, using: &dice),
            firstPeriodMinutes: .random(in: 1...1_440, using: &dice),
            firstPeriodPrice: Fen(.random(in: 0...2_000, using: &dice)),
            unitMinutes: .random(in: 1...200, using: &dice), unitPrice: Fen(.random(in: 0...900, using: &dice)),
            capPer24Hours: cap)
        var (duration, last) = (Int64(0), Fen.zero)
        for _ in 0..<300 {
            duration += Int64.random(in: 1...(3 * 3_600_000), using: &dice)
            let quote = try random.quote(from: start, duration: .milliseconds(duration))
            #expect(quote.total >= last)
            #expect(quote.total.count <= cap.count * (duration / day + 1))
            #expect(quote.lines.reduce(0) { $0 + $1.amount.count } == quote.total.count)
            let paid = Int64.random(in: 0...duration, using: &dice)
            let part = try random.quote(from: start, duration: .milliseconds(paid))
            let rest = try random.quote(
                from: start, duration: .milliseconds(duration), paidFor: .milliseconds(paid))
            #expect(part.total.count + rest.total.count == quote.total.count)
            #expect(rest.lines.reduce(0) { $0 + $1.amount.count } == rest.total.count)
            #expect(rest.from == part.until && rest.until == quote.until)
            last = quote.total
        }
    }

    @Test(
        "amounts beyond 64 bits are an error and no crash",
        arguments: [(.max, 1, .max), (1, .max, .max), (.max, .max, 0), (Int64.max / 2, Int64.max / 2, 1)]
            as [(Int64, Int64, Int64)])
    func overflow(first: Int64, unit: Int64, cap: Int64) {
        let absurd = Tariff(
            id: slug("absurd"), freeMinutes: 0, firstPeriodMinutes: 1, firstPeriodPrice: Fen(first),
            unitMinutes: 1, unitPrice: Fen(unit), capPer24Hours: Fen(cap))
        #expect(throws: PriceError.self) {
            try absurd.quote(from: start, duration: Uptime.Span(nanoseconds: .max))
        }
        #expect(throws: PriceError.self) {
            try absurd.quote(from: start, duration: Uptime.Span(nanoseconds: .max), paidFor: .seconds(60))
        }
    }

    @Test("the longest and the most negative times there are have a price", arguments: [Int64.max, .min])
    func extremes(nanoseconds: Int64) throws {
        for from in [Int64.min, 0, .max] {
            let quote = try tariff.quote(
                from: WallTime(milliseconds: from), duration: Uptime.Span(nanoseconds: nanoseconds))
            #expect(quote.total >= .zero)
        }
    }
}
