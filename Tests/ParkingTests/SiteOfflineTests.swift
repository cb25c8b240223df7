import Effects
import Payments
import Tariffs
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B99999")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

/// Two cars inside for an hour, each owing 7.00; only the first has a contract.
private func park(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario, contracts: [car: Fen(5_000)])
    park.enter(car)
    park.enter(other, by: SiteFixtures.otherEntry)
    park.run(seconds: 3_600)
    park.forgetMarks()
    return park
}

private func isOfflineCharge(_ record: Record.Event) -> Bool {
    if case .payment(.acceptedOffline, _, nil) = record { true } else { false }
}

@Suite("A car park whose network is cut")
struct SiteOfflineTests {
    @Test("contract plates within the limit leave at once, when the promise is on disk")
    func leavesAtOnce() {
        var park = park()
        park.link(isUp: false)
        park.isDiskStuck = true
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(!park.isOpen(exit))
        park.isDiskStuck = false
        park.run(milliseconds: 20)
        #expect(park.isOpen(exit))
        #expect(park.raisedBefore(exit, isOfflineCharge) == false)
        #expect(park.sign(exit) == .goOffline(car, Fen(700)))
        park.pass(exit)
        park.run(seconds: 1)
        park.link(isUp: true)
        park.drain()
        #expect(park.platform.captured == 700)
        #expect(park.charges.isEmpty)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("the others get what the scenario says", arguments: [ParkingScenario.Fallback.hold, .letOutOnDebt])
    func whenRefused(fallback: ParkingScenario.Fallback) {
        var park = park { $0.offlineRefused = fallback }
        park.link(isUp: false)
        park.read(other, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == (fallback != .hold))
        #expect(
            park.sign(exit)
                == (fallback == .hold
                    ? .callAttendant(other, .offlineNotAllowed, Fen(700)) : .goOnDebt(other, Fen(700))))
        #expect(park.raisedBefore(exit) { if case .debt = $0 { true } else { false } } != true)
    }

    @Test("a car held for the network is asked for as soon as it is back, without backing up")
    func heldUntilLinkUp() {
        var park = park()
        park.link(isUp: false)
        park.read(other, at: exit)
        park.run(seconds: 10)
        #expect(!park.isOpen(exit))
        park.link(isUp: true)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
        #expect(park.faults.isEmpty)
    }

    @Test("a car the attendant lets out during the cut is not charged when the network is back")
    func openedByHandDuringCut() {
        var park = park()
        park.link(isUp: false)
        park.read(other, at: exit)
        park.run(seconds: 10)
        park.openByHand(exit)
        park.link(isUp: true)
        park.run(seconds: 1)
        park.pass(exit)
        park.run(seconds: 10)
        #expect(park.charges.isEmpty && park.platform.captured == 0)
    }

    @Test(
        "a link that falls while a payment is under way: the car leaves at once under the same id",
        arguments: ParkingScenario.Fallback.allCases)
    func linkFalls(onTimedOut: ParkingScenario.Fallback) {
        var park = park { $0.onTimedOut = onTimedOut }
        park.answersArrive = { _ in 0 }
        park.read(car, at: exit)
        park.run(milliseconds: 500)
        #expect(!park.isOpen(exit))
        park.link(isUp: false)
        park.run(milliseconds: 20)
        #expect(park.isOpen(exit))
        park.pass(exit)
        park.link(isUp: true)
        park.run(seconds: 30)
        park.drain()
        // The platform has heard the request and taken the money: the record of the same id takes it no second time.
        #expect(park.platform.captured == 700)
        #expect(park.platform.standing.map(\.payment) == [park.charges[0].payment])
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("promises count against the limits until the platform has them", arguments: [true, false])
    func promisesCount(isDrained: Bool) {
        var park = park {
            $0.offline.limits[.plate]?.perAccountCount = 1
            $0.tariffs = TariffBook(SiteFixtures.tariff(grace: .seconds(0)))
        }
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        park.pass(exit)
        park.run(seconds: 60)
        if isDrained { park.drain() }
        park.run(seconds: 1)
        park.restart(reboot: false)
        park.run(seconds: 60)
        park.link(isUp: true)
        park.run(seconds: 1)
        park.link(isUp: false)
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == isDrained)
    }

    @Test("after the longest time without contact nothing is promised", arguments: [-1, 1] as [Int64])
    func longestWithoutContact(seconds: Int64) {
        var park = park { $0.offline.longestWithoutContact = .seconds(7_200) }
        park.tell(.announced(.listChanged(.contracts)))
        park.run(milliseconds: 100)
        park.link(isUp: false)
        park.run(seconds: 7_200 + seconds)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == (seconds < 0))
    }
}

@Suite("A car park whose disk fails")
struct SiteDiskTests {
    @Test("nothing opens, every driver is told, and all goes on when the disk does", arguments: [true, false])
    func failingDisk(isLinkUp: Bool) {
        var park = park { $0.offlineRefused = .letOutOnDebt }
        if !isLinkUp { park.link(isUp: false) }
        park.setJournal(isHealthy: false)
        let third = SiteFixtures.plate("粤B55555")
        park.read(third, at: entry)
        park.read(car, at: exit)
        park.read(other, at: SiteFixtures.otherExit)
        park.run(seconds: 5)
        for (lane, plate) in [(entry, third), (exit, car), (SiteFixtures.otherExit, other)] {
            #expect(!park.isOpen(lane))
            guard case .callAttendant(plate, .diskFull, _) = park.sign(lane) else {
                Issue.record("\(lane) says \(String(describing: park.sign(lane)))")
                continue
            }
        }
        #expect(park.charges.isEmpty)
        park.setJournal(isHealthy: true)
        park.run(seconds: 2)
        for lane in [entry, exit, SiteFixtures.otherExit] { #expect(park.isOpen(lane)) }
        park.drain()
        #expect(park.platform.captured == 1_400)
        #expect(park.faults.isEmpty)
    }

    @Test("with little room left nothing is promised offline, and a held car leaves when there is room again")
    func nearlyFullDisk() {
        var park = park()
        park.link(isUp: false)
        park.tell(.disk(.critical))
        park.read(car, at: exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit))
        #expect(
            park.journal.contains {
                if case .decision(_, exit, car, _, .hold, "diskNearlyFull") = $0 { true } else { false }
            })
        guard case .callAttendant(car, .diskFull, _) = park.sign(exit) else {
            Issue.record("\(String(describing: park.sign(exit)))")
            return
        }
        park.tell(.disk(.low))
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        guard case .goOffline(car, _) = park.sign(exit) else {
            Issue.record("\(String(describing: park.sign(exit)))")
            return
        }
    }

    @Test("with little room left the platform is asked as ever, also for a car that was held before")
    func onlineWithLittleRoom() {
        var park = park()
        park.tell(.disk(.critical))
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        park.link(isUp: false)
        park.read(other, at: SiteFixtures.otherExit)
        park.run(seconds: 2)
        #expect(!park.isOpen(SiteFixtures.otherExit))
        park.link(isUp: true)
        park.run(seconds: 2)
        #expect(park.isOpen(SiteFixtures.otherExit))
        park.drain()
        #expect(park.faults.isEmpty)
    }

    @Test("a paid driver is told too, instead of waiting before a silent sign")
    func paidBefore() {
        var park = park()
        park.read(car, at: exit)
        park.run(seconds: 60)
        park.setJournal(isHealthy: false)
        park.read(car, at: exit)
        #expect(park.sign(exit) == .callAttendant(car, .diskFull, nil))
        park.setJournal(isHealthy: true)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
    }

    @Test("a payment that was under way still opens: the platform has confirmed it")
    func approvedMeanwhile() {
        var park = park()
        park.read(car, at: exit)
        park.run(milliseconds: 20)
        park.setJournal(isHealthy: false)
        park.isDiskStuck = true
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
    }
}
