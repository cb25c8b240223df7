import Testing
import Vocabulary
import Wire

@testable import Parking

@Suite("What a box keeps of a payment on the phone")
struct PrepaidStayTests {
    private let entered = WallTime(milliseconds: 1_760_000_000_000)

    private func clock(_ seconds: Int64, ahead: Int64 = 0) -> ClockReading {
        ClockReading(
            uptime: Uptime(milliseconds: (1_000 + seconds) * 1_000),
            wall: WallTime(milliseconds: entered.milliseconds + (seconds + ahead) * 1_000), isSynchronised: true)
    }

    private func stay() -> Stay {
        Stay(
            id: BarrierFixtures.transit(7), plate: SiteFixtures.plate("粤B12346"), entered: entered,
            tariff: try! Slug("city-2026"), enteredUptime: clock(0).uptime, boot: "boot-1")
    }

    /// Paid so many seconds after the entry, for the time until then; the car may leave within 900 s.
    private func prepayment(_ number: UInt64, at seconds: Int64) -> Prepayment {
        Prepayment(
            stay: BarrierFixtures.transit(7), payment: PaymentID(at: entered, random: (1, number)), amount: Fen(500),
            from: entered, through: clock(seconds - 5).wall, at: clock(seconds).wall, leaveBy: clock(seconds + 900).wall
        )
    }

    @Test("the car may leave until the moment its driver was told", arguments: [(4_500, true), (4_501, false)])
    func grace(seconds: Int64, mayLeave: Bool) {
        var stay = stay()
        stay.take(prepayment(1, at: 3_600), at: clock(3_600), boot: "boot-1")
        #expect(stay.prepaid?.mayLeave(at: clock(seconds), boot: "boot-2") == mayLeave)
    }

    @Test(
        "on a box whose clock is an hour ahead it may leave within the span that it was given, in one run of the machine",
        arguments: [(4_500, "boot-1", true), (4_501, "boot-1", false), (4_500, "boot-2", false)])
    func clockAhead(seconds: Int64, boot: String, mayLeave: Bool) {
        var stay = stay()
        stay.take(prepayment(1, at: 3_600), at: clock(3_600, ahead: 3_600), boot: "boot-1")
        #expect(stay.prepaid?.mayLeave(at: clock(seconds, ahead: 3_600), boot: boot) == mayLeave)
    }

    @Test("of two payments the later one counts, whichever is heard first; no paid minute is forgotten")
    func order() {
        let (first, second) = (prepayment(1, at: 3_600), prepayment(2, at: 7_200))
        for order in [[first, second], [second, first], [first, second, first, second]] {
            var stay = stay()
            for prepayment in order { stay.take(prepayment, at: clock(7_200), boot: "boot-1") }
            #expect(stay.prepaid?.payment == second.payment)
            #expect(stay.paidThrough == second.through)
        }
        var stay = stay()
        stay.paidThrough = clock(9_000).wall
        stay.take(first, at: clock(3_600), boot: "boot-1")
        #expect(stay.paidThrough == clock(9_000).wall)
    }

    @Test("one that is said again does not begin its grace anew")
    func again() {
        var stay = stay()
        stay.take(prepayment(1, at: 3_600), at: clock(3_600, ahead: 3_600), boot: "boot-1")
        stay.take(prepayment(1, at: 3_600), at: clock(4_400, ahead: 3_600), boot: "boot-1")
        #expect(stay.prepaid?.mayLeave(at: clock(4_600, ahead: 3_600), boot: "boot-1") == false)
    }
}
