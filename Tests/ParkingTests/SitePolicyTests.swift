import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

/// A policy that allows a plate one yuan.
private let strict: OfflinePolicy = {
    var policy = SiteFixtures.offline
    policy.limits[.plate]?.perPayment = Fen(100)
    return policy
}()

private func text(_ policy: OfflinePolicy) -> String { String(decoding: policy.canonical, as: UTF8.self) }

@Suite("The offline policy is changed from afar")
struct SitePolicyTests {
    private func park(_ version: Int64, _ text: String?) -> SiteDriver {
        var park = SiteDriver(contracts: [car: Fen(5_000)])
        park.enter(car)
        park.run(seconds: 3_600)
        park.forgetMarks()
        send(&park, version, text)
        return park
    }

    private func send(_ park: inout SiteDriver, _ version: Int64, _ text: String?) {
        park.platform.policy = (version, text)
        park.tell(.announced(.policyChanged))
        park.run(seconds: 1)
    }

    private func isPromised(_ park: SiteDriver) -> Bool {
        var park = park
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        return park.isOpen(exit)
    }

    private func changes(_ park: SiteDriver) -> [Record.Event] {
        park.journal.filter { if case .policyChanged = $0 { true } else { false } }
    }

    @Test("it is in force at once, is recorded, and outlives a restart without network")
    func inForce() {
        var park = park(3, text(strict))
        #expect(changes(park) == [.policyChanged(version: 3, refusedBecause: nil)])
        #expect(!isPromised(park))
        park.link(isUp: false)
        park.restart(reboot: true)
        #expect(park.site.offline.policy == strict)
        #expect(!isPromised(park))
    }

    @Test("a policy that cannot be read is refused as a whole, once, with the reason; the old one stays in force")
    func refused() {
        var broken = text(strict)
        broken.replace("\"perBoxCount\":500", with: "\"perBoxCount\":-1")
        var park = park(3, broken)
        #expect(isPromised(park))
        send(&park, 3, broken)
        guard case .policyChanged(3, let why?) = changes(park).first, changes(park).count == 1 else {
            Issue.record("the refusal is not recorded once: \(changes(park))")
            return
        }
        #expect(why.contains("perBoxCount") && why.contains("-1"))
        send(&park, 4, text(strict))
        #expect(!isPromised(park))
    }

    @Test("when the platform takes it back the scenario's own is in force again, after a restart too")
    func takenBack() {
        var park = park(3, text(strict))
        send(&park, 0, nil)
        #expect(isPromised(park))
        park.restart(reboot: true)
        #expect(park.site.offline.policy == SiteFixtures.offline)
    }

    @Test("what was promised before counts under the new limits")
    func promisesCount() {
        var park = SiteDriver(contracts: [car: Fen(5_000)])
        park.enter(car)
        park.run(seconds: 3_600)
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        park.pass(exit)
        park.link(isUp: true)
        park.run(seconds: 1)
        var narrow = SiteFixtures.offline
        narrow.perBoxCount = 1
        send(&park, 5, text(narrow))
        park.enter(car)
        park.run(seconds: 3_600)
        #expect(!isPromised(park))
    }

    @Test("its text gives the same policy again")
    func roundTrip() throws {
        for policy in [SiteFixtures.offline, strict] {
            #expect(try SentPolicy.read(policy.canonical) == policy)
            let sent = SentPolicy(version: 9, policy: policy)
            guard case .put(_, _, let value) = sent.stateChange else { return }
            #expect(SentPolicy(stateValue: value) == sent)
        }
    }
}
