import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Telling the boxes of a site")
struct SiteCrierTests {
    let gate1 = try! DeviceID("gate-1"), gate2 = try! DeviceID("gate-2")
    let prepayment = Prepayment(
        stay: StayID(at: Site.time, random: (1, 1)), payment: PaymentID(at: Site.time, random: (1, 2)),
        amount: Fen(700), from: Site.time, through: Site.time, at: Site.time, leaveBy: Site.time)

    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1_000) }

    private func told(_ crier: inout SiteCrier, _ seconds: Int64) -> [DeviceID] {
        crier.take(at: at(seconds)).map(\.0)
    }

    @Test("what happens once is said once")
    func once() {
        var crier = SiteCrier()
        let said = crier.hear([.tell(gate2, .stayClosed(prepayment.stay))], at: at(0))
        #expect(said.map(\.0) == [gate2])
        #expect(crier.nextTime == nil)
    }

    @Test("a prepayment is said at once, after 5, 10, 20 seconds … to each box until that box has recorded it")
    func again() {
        var crier = SiteCrier()
        _ = crier.hear([.prepaid(prepayment, [gate1, gate2])], at: at(0))
        #expect(told(&crier, 0) == [gate1, gate2])
        #expect(told(&crier, 4) == [])
        #expect(told(&crier, 5) == [gate1, gate2])
        _ = crier.hear([.recorded(prepayment.payment, gate1)], at: at(6))
        #expect(told(&crier, 14) == [])
        #expect(told(&crier, 15) == [gate2])
        #expect(told(&crier, 34) == [])
        #expect(told(&crier, 35) == [gate2])
        _ = crier.hear([.recorded(prepayment.payment, gate2)], at: at(36))
        #expect(crier.nextTime == nil)
    }

    @Test("the pauses end at ten minutes")
    func longest() {
        var crier = SiteCrier()
        _ = crier.hear([.prepaid(prepayment, [gate1])], at: at(0))
        var times: [Int64] = []
        for _ in 0..<12 {
            guard let next = crier.nextTime else { break }
            times.append(next.nanoseconds / 1_000_000_000)
            _ = crier.take(at: next)
        }
        #expect(times.count == 12)
        #expect(times.last! - times[times.count - 2] == 600)
    }

    @Test("a box that comes back is told at once; nobody is told of a car that has left")
    func back() {
        var crier = SiteCrier()
        _ = crier.hear([.prepaid(prepayment, [gate1, gate2])], at: at(0))
        _ = crier.take(at: at(0))
        crier.isBack(gate2, at: at(1))
        #expect(told(&crier, 1) == [gate2])
        _ = crier.hear([.over(prepayment.payment)], at: at(2))
        #expect(told(&crier, 1_000) == [])
    }

    @Test("an entry, a corrected plate and an exit are news for the other boxes of the site only, once committed")
    func news() throws {
        let park = try CarPark()
        let entry = park.entry(Site.rich)
        try park.record(.stayOpened(entry))
        #expect(park.store.takeSiteNews() == [.tell(gate2, .stayOpened(StayNote(box: gate1, entry: entry)))])
        try park.leave(entry.stay, by: \.gate2)
        #expect(park.store.takeSiteNews() == [.tell(gate1, .stayClosed(entry.stay))])
        try park.enter(Site.poor, by: \.gate3)
        #expect(park.store.takeSiteNews() == [])
    }

    @Test("a prepayment that a box has not recorded is said again after a restart, and no more once it has")
    func restart() throws {
        let park = try CarPark()
        let stay = try park.enter(Site.rich)
        park.wait(minutes: 65)
        let payment = try park.prepay(.stay(stay))
        try park.record(.stayPrepaid(stay: stay, payment: payment))
        try park.restart()
        guard case .prepaid(let told, let devices)? = try park.store.openSiteNews().first else {
            Issue.record("nothing is open")
            return
        }
        #expect(told.payment == payment)
        #expect(devices == [gate2])
        try park.record(.stayPrepaid(stay: stay, payment: payment), by: \.gate2)
        #expect(try park.store.openSiteNews() == [])
    }
}
