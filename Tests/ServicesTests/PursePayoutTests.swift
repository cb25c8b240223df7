import Purses
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Money that is left when a contract ends")
struct PursePayoutTests {
    private static let p1 = MealSite.member()

    private func site(hasEnded: Bool = true) throws -> MealSite {
        let site = try MealSite()
        try site.enrol()
        try site.bring(600, "meal", "nov", until: 10)
        try site.bring(1_100, "cash")
        if hasEnded { try end(site) }
        return site
    }

    private func end(_ site: MealSite) throws {
        #expect(try site.store.endPerson(Self.p1, by: "Sun", why: "left the school", at: site.time))
    }

    private func payOut(
        _ site: MealSite, _ purse: String = "cash", _ reference: String = "r-1"
    ) throws -> Result<PayoutOutcome, PayoutRefusal> {
        try site.store.payOut(Self.p1, slug(purse), reference: slug(reference), by: "Sun", why: "left", at: site.time)
    }

    private func refusal(_ site: MealSite, _ purse: String = "cash") throws -> PayoutRefusal? {
        guard case .failure(let refusal) = try payOut(site, purse) else { return nil }
        return refusal
    }

    @Test("all of it goes back to where it came in, once for each reference, and stands on the purse's statement")
    func paidOut() throws {
        let site = try site()
        let first = try payOut(site).get()
        #expect(first.isNew && first.payout.amount == Fen(1_100) && first.payout.day == site.today)
        #expect(try site.lots() == ["meal/nov": 600])
        #expect(try site.balance("fund:cash") == 0 && site.purse("cash") == 0 && site.isSound())
        site.pass(milliseconds: 86_400_000)
        let again = try payOut(site).get()
        #expect(!again.isNew && again.payout == first.payout)
        // What comes back later is paid out under a reference of its own.
        #expect(try refusal(site) == nil && payOut(site, "cash", "r-2") == .failure(.nothingLeft(slug("cash"))))
        try site.bring(70, "cash")
        #expect(try payOut(site).get() == again)
        #expect(try payOut(site, "cash", "r-2").get().payout.amount == Fen(70))
        #expect(try site.isSound())
        let row = try #require(try site.store.person(Self.p1))
        let text = try site.store.statement(of: row, at: site.time).text(isFull: false)
        #expect(text.contains("11.00 yuan paid out on \(first.payout.day) (r-1) by Sun: left"))
    }

    @Test("while the contract runs nothing is paid out; from its last moment on it may be")
    func running() throws {
        let site = try site(hasEnded: false)
        #expect(try refusal(site) == .contractRuns)
        try site.enrol(until: WallTime(milliseconds: site.time.milliseconds + 1))
        #expect(try refusal(site) == .contractRuns)
        site.pass(milliseconds: 1)
        #expect(try payOut(site).get().isNew)
    }

    @Test("a subsidy, a bank account and a purse nobody knows are not paid out, and the refusal says what to do")
    func otherPurses() throws {
        let site = try site()
        #expect(try refusal(site, "meal") == .subsidy(slug("meal")))
        #expect(try refusal(site, "account") == .account(slug("account")))
        #expect(try refusal(site, "gold") == .noSuchPurse([slug("cash")]))
        let nobody = try site.store.payOut(
            MealSite.member("p9"), slug("cash"), reference: slug("r-1"), by: "Sun", why: "left", at: site.time)
        #expect(nobody == .failure(.nobody))
        #expect(try site.lots() == ["meal/nov": 600, "cash/": 1_100])
        #expect(PayoutRefusal.subsidy(slug("meal")).description.contains("expire"))
    }

    @Test("while a box holds a part of it nothing is paid out: the refusal says which box, and until when")
    func lent() throws {
        let site = try site(hasEnded: false)
        let lease = try #require(try site.open(1, 2_000))
        try end(site)
        // An hour, and the grace of ten minutes.
        let minute: Int64 = 13 * 60 + 10
        let loan = PayoutRefusal.Loan(device: site.boxes[0].device, amount: Fen(500), day: site.today, minute: minute)
        #expect(lease.lots.last?.amount == Fen(500))
        #expect(try refusal(site) == .lent([loan]))
        #expect(PayoutRefusal.lent([loan]).description.contains("5.00 yuan at till-1 until 2026-11-20 13:10"))
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try payOut(site).get().payout.amount == Fen(1_100))
        #expect(try site.isSound())
    }

    @Test("what is past its last day is not paid out, and a lease of other money does not stand in the way")
    func partly() throws {
        let site = try site(hasEnded: false)
        try site.bring(40, "cash", "gift", until: -1)
        try site.bring(30, "cash", "gift-2", until: 0)
        #expect(try site.open(1, 100)?.lots.map(\.purse.text) == ["meal"])
        try end(site)
        #expect(try payOut(site).get().payout.amount == Fen(1_130))
        #expect(try site.lots()["cash/gift"] == 40 && site.isSound())
    }
}
