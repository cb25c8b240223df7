import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite("Permits")
struct PermitTests {
    let plate = Site.rich
    let minute = CarPark.minute

    private func setting(
        _ kind: Permit.Grant.Kind, site: Slug? = nil, until: WallTime? = nil, zone: Slug? = nil
    ) -> PermitSetting {
        PermitSetting(
            holder: Holder(plate: plate), site: site,
            grant: .init(kind: kind, validUntil: until, graceMinutes: 10, zone: zone))
    }

    @Test("each car park's boxes get the permits of their own and those for all")
    func bySite() throws {
        let park = try CarPark()
        try park.restart(permits: [setting(.staff), setting(.member, site: CarPark.site)])
        #expect(try park.permits(from: park.gate1).entries.map { $0.grants.map(\.kind) } == [[.staff, .member]])
        #expect(try park.permits(from: park.gate2).entries == park.permits(from: park.gate1).entries)
        #expect(try park.permits(from: park.gate3).entries.map { $0.grants.map(\.kind) } == [[.staff]])
    }

    @Test("a change at one car park gives its list another version, and leaves the other's as it is")
    func versions() throws {
        let park = try CarPark()
        let (own, other) = (try park.permits(from: park.gate1).version, try park.permits(from: park.gate3).version)
        park.time.milliseconds += 1
        _ = try park.store.grantPermit(setting(.visitor, site: CarPark.site), by: "Zhao", why: "guest", at: park.time)
        #expect(try park.permits(from: park.gate1).version > own)
        #expect(try park.permits(from: park.gate3).version == other)
        #expect(own > 0 && other > 0)
    }

    @Test("the digest fits the whole list")
    func digest() throws {
        let park = try CarPark()
        try park.restart(permits: [setting(.staff), setting(.barred, site: CarPark.site)])
        let page = try park.permits(from: park.gate1)
        #expect(page.digest == ListPage<Permit>.digest(of: page.entries))
        #expect(page.total == 1)
    }

    @Test("a plate has eight permits at most, and one that is revoked makes room")
    func eight() throws {
        let park = try CarPark()
        for _ in 0..<8 {
            #expect(try park.store.grantPermit(setting(.visitor), by: "Zhao", why: "w", at: park.time) != nil)
        }
        #expect(try park.store.grantPermit(setting(.visitor), by: "Zhao", why: "w", at: park.time) == nil)
        #expect(try park.store.revokePermit(3, by: "Zhao", why: "w", at: park.time))
        #expect(try !park.store.revokePermit(3, by: "Zhao", why: "w", at: park.time))
        #expect(try park.store.grantPermit(setting(.visitor), by: "Zhao", why: "w", at: park.time) != nil)
    }

    @Test("what the file grants is revoked in the file; what a person has granted outlives a restart")
    func file() throws {
        let park = try CarPark()
        try park.restart(permits: [setting(.staff)])
        let number = try #require(try park.store.permits().first?.number)
        #expect(try !park.store.revokePermit(number, by: "Zhao", why: "w", at: park.time))
        _ = try park.store.grantPermit(setting(.barred), by: "Zhao", why: "w", at: park.time)
        try park.restart(permits: [])
        #expect(try park.store.permits().map(\.grant.kind) == [.barred])
    }

    @Test("a permit of the file that was renewed stays so until the file says something else")
    func renewed() throws {
        let park = try CarPark()
        let (old, new) = (WallTime(milliseconds: park.time.milliseconds + minute), WallTime(milliseconds: .max / 2))
        try park.restart(permits: [setting(.member, until: old)])
        #expect(try park.store.renewPermit(1, until: new, by: "Zhao", why: "paid at the desk", at: park.time))
        try park.restart()
        #expect(try park.store.permits().map(\.grant.validUntil) == [new])
        let other = WallTime(milliseconds: old.milliseconds + 1_000)
        try park.restart(permits: [setting(.member, until: other)])
        #expect(try park.store.permits().map(\.grant.validUntil) == [other])
    }

    @Test("what is long over is on no list")
    func over() throws {
        let park = try CarPark()
        let until = WallTime(milliseconds: park.time.milliseconds + minute)
        try park.restart(permits: [setting(.visitor, until: until), setting(.staff)])
        #expect(try park.permits(from: park.gate1).entries.first?.grants.count == 2)
        park.wait(minutes: 12)
        _ = try park.store.grantPermit(setting(.special), by: "Zhao", why: "w", at: park.time)
        #expect(try park.permits(from: park.gate1).entries.first?.grants.map(\.kind) == [.staff, .special])
    }

    @Test("a box without a car park has an empty list")
    func alone() throws {
        let site = try Site()
        let response = try site.ask(.list(.permits, version: 0, offset: 0))
        guard case .permits(let page) = response else { throw Unexpected(response: response) }
        #expect(page.entries.isEmpty && page.version > 0)
    }
}

@Suite("Passes renewed on the phone")
struct PassRenewalTests {
    let plate = Site.rich

    /// A member whose pass ends so many days from now (2025-10-09 08:53 UTC), with three days of grace.
    private func member(days: Int64) throws -> (CarPark, WallTime) {
        let park = try CarPark()
        let until = WallTime(milliseconds: park.time.milliseconds + days * 86_400_000)
        try park.restart(permits: [
            PermitSetting(
                holder: Holder(plate: plate), site: CarPark.site,
                grant: .init(kind: .member, validUntil: until, graceMinutes: 4_320, zone: try Slug("a")))
        ])
        return (park, until)
    }

    private func renew(_ park: CarPark, months: Int64 = 1, once: String = "k") throws -> PaymentID {
        let order = try park.view(
            park.phone(
                .payPass(
                    site: CarPark.site, plate, plan: CarPark.pass, months: months, amount: Fen(30_000 * months),
                    key: once)))
        try park.run()
        _ = try park.book.pay(order.payment)
        try park.pass(6_000)
        return order.payment
    }

    private func end(_ park: CarPark) throws -> WallTime? { try park.store.permits().first?.grant.validUntil }

    @Test("a month is added to the end of a pass that holds, or is within its grace", arguments: [5, 0, -2] as [Int64])
    func month(days: Int64) throws {
        let (park, until) = try member(days: days)
        let payment = try renew(park)
        let end = try #require(try end(park))
        // From 9 October on a month has 31 days; from 7 October too.
        #expect(end.milliseconds == until.milliseconds + 31 * 86_400_000)
        #expect(try park.look(payment) == .paid(until: end))
        #expect(try park.balance("merchant:city") == 30_000)
        #expect(try park.isSound())
    }

    @Test("a pass whose grace is over begins anew")
    func anew() throws {
        let (park, _) = try member(days: -4)
        _ = try renew(park)
        let end = try #require(try end(park))
        #expect(end.milliseconds > park.time.milliseconds + 30 * 86_400_000)
    }

    @Test("a payment extends a pass once, however often its network says that it is paid, and over a restart")
    func once() throws {
        let (park, until) = try member(days: 5)
        let payment = try renew(park)
        for _ in 0..<3 {
            try park.store.notice(payment, at: park.time)
            try park.pass(3_000)
            _ = try park.look(payment)
        }
        try park.restart()
        try park.pass(3_000)
        #expect(try end(park)?.milliseconds == until.milliseconds + 31 * 86_400_000)
        _ = try renew(park, once: "another")
        #expect(try end(park)?.milliseconds == until.milliseconds + 61 * 86_400_000)
    }

    @Test("what is not the price, not offered, or for a plate without a pass is not ordered")
    func notOffered() throws {
        let (park, _) = try member(days: 5)
        let questions: [PhoneQuestion] = [
            .payPass(site: CarPark.site, plate, plan: CarPark.pass, months: 1, amount: Fen(1), key: "a"),
            .payPass(site: CarPark.site, plate, plan: CarPark.pass, months: 2, amount: Fen(60_000), key: "b"),
            .payPass(site: CarPark.site, plate, plan: try Slug("else"), months: 1, amount: Fen(30_000), key: "c"),
            .payPass(site: CarPark.site, Site.poor, plan: CarPark.pass, months: 1, amount: Fen(30_000), key: "d"),
        ]
        for question in questions {
            guard case .passes = park.phone(question) else { throw UnexpectedAnswer(answer: park.phone(question)) }
        }
        #expect(park.tasks.isEmpty)
        #expect(
            park.phone(.passes(site: CarPark.site, Site.poor)) == park.phone(.passes(site: CarPark.site, Site.stranger))
        )
    }

    @Test("a renewal of a pass that is revoked while it is paid is given back")
    func revoked() throws {
        let (park, _) = try member(days: 5)
        let order = try park.view(
            park.phone(
                .payPass(site: CarPark.site, plate, plan: CarPark.pass, months: 1, amount: Fen(30_000), key: "k")))
        try park.run()
        _ = try park.book.pay(order.payment)
        try park.restart(permits: [])
        try park.pass(10_000)
        #expect(try park.look(order.payment) == .givenBack)
        #expect(try park.balance("acquirer:shownCode") == 0)
    }
}

extension CarPark {
    func permits(from box: Box) throws -> ListPage<Permit> {
        let response = try ask(.list(.permits, version: 0, offset: 0), from: box)
        guard case .permits(let page) = response else { throw Unexpected(response: response) }
        return page
    }
}
