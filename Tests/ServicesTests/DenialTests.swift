import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite struct DenialTests {
    private let folder = TestFolder(inMemory: true)
    private let site: Site
    init() throws { site = try Site(database: folder.file("p.db")) }

    private func plate(_ number: Int) -> Plate { try! Plate("京A\(10_000 + number)") }

    @Test("the pages together are the whole list by holder, who owes and who is blocked, and fit its digest")
    func pages() throws {
        let blocked = try [
            Holder("card:1"), Holder(plate: plate(3)), Holder(plate: plate(9_000)), Holder("plate:粤Z99999"),
        ]
        try site.reopen(denied: blocked)
        for start in stride(from: 0, to: 1_000, by: 200) {
            try site.ingest(site.box.batch((start..<start + 200).map { .debt(makeCharge(UInt64($0), plate($0), 10)) }))
        }
        var page = try site.denials()
        var list = page.entries
        while list.count < page.total {
            page = try site.denials(version: page.version, offset: Int64(list.count))
            #expect(page.offset == list.count && !page.entries.isEmpty)
            list += page.entries
        }
        #expect(list.count == 1_003)
        #expect(list.map(\.holder) == list.map(\.holder).sorted())
        #expect(ListPage.digest(of: list) == page.digest)
        #expect(list.first { $0.holder == blocked[1] }?.owed == Fen(10))
        #expect(list.filter { $0.owed == .zero }.map(\.holder) == [blocked[0], blocked[2], blocked[3]])
    }

    @Test("an entry has the sum of all debts, and names at most fifty, the oldest first")
    func debtsOfOne() throws {
        let charges = (0..<60).map { makeCharge(UInt64(100 - $0), Site.stranger, 10) }
        for charge in charges { try site.record(.debt(charge)) }
        let entry = try #require(try site.denials().entries.first)
        #expect(entry.owed == Fen(600))
        #expect(entry.debts == charges.prefix(50).map(\.payment))
    }

    @Test("the version grows with every change and with nothing else, and is the time in seconds at least")
    func version() throws {
        var last = try site.denials().version
        #expect(last == Site.time.milliseconds / 1000)
        func grows(_ isExpected: Bool, _ what: String, _ step: () throws -> Void) throws {
            try step()
            let version = try site.denials().version
            #expect(version == (isExpected ? last + 1 : last), "\(what)")
            #expect(site.store.takeDenialChange() == isExpected, "\(what)")
            last = version
        }
        let charge = makeCharge(1, Site.rich, 700)
        try grows(true, "a debt") { try site.record(.debt(charge)) }
        try grows(false, "the same again") { try site.record(.debt(charge)) }
        try grows(false, "a payment") { _ = try site.charge(makeCharge(2, Site.rich, 1)) }
        try grows(true, "collected") { _ = try site.collect(charge) }
        try grows(false, "collected again") { _ = try site.collect(charge) }
        try site.record(.payment(.acceptedOffline, makeCharge(3, Site.poor, 700), nil))
        last = try site.denials().version
        _ = site.store.takeDenialChange()
        try grows(true, "undone") { _ = try site.reverse(makeCharge(3, Site.poor, 700)) }
        // A start tells nobody by itself: the boxes are told when the link comes up.
        for (denied, grown) in [([Holder(plate: Site.poor)], 1), ([Holder(plate: Site.poor)], 0), ([], 1)]
            as [([Holder], Int64)]
        {
            try site.reopen(denied: denied)
            #expect(try site.denials().version == last + grown)
            #expect(!site.store.takeDenialChange())
            last += grown
        }
    }

    @Test("what one worker changes the other one serves, on the same file")
    func twoWorkers() throws {
        let other = try Site(database: folder.file("p.db"))
        #expect(try other.denials().total == 0)
        try site.record(.debt(makeCharge(1, Site.rich, 700)))
        #expect(try other.denials().entries.map(\.owed) == [Fen(700)])
        #expect(try other.store.denialVersion() == site.store.denialVersion())
    }
}

@Suite struct ListCrierTests {
    private func devices(_ count: Int) -> [DeviceID] { (0..<count).map { try! DeviceID("gate-\($0)") } }
    private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: 1_000_000 + milliseconds) }

    @Test("a change is told at once to every box, and then nothing more is to be done")
    func once() {
        var crier = ListCrier(devices(3))
        #expect(crier.nextTime == nil && crier.take(at: at(0)).isEmpty)
        crier.changed()
        #expect(crier.nextTime.map { $0 <= at(0) } == true)
        #expect(Array(crier.take(at: at(0))) == devices(3))
        #expect(crier.nextTime == nil && crier.take(at: at(5_000)).isEmpty)
    }

    @Test("changes within a second are told together, before that second is over", arguments: [899, 900])
    func coalesced(milliseconds: Int64) {
        var crier = ListCrier(devices(2))
        crier.changed()
        _ = crier.take(at: at(0))
        for _ in 0..<10 { crier.changed() }
        #expect(crier.nextTime == at(900))
        #expect(crier.take(at: at(milliseconds)).count == (milliseconds >= 900 ? 2 : 0))
    }

    @Test("many boxes are told in portions; a change meanwhile has all of them told again")
    func portions() {
        var crier = ListCrier(devices(600))
        crier.changed()
        var told: [Int] = []
        var now: Int64 = 0
        while let next = crier.nextTime, now < 5_000 {
            now = max(now, (next - at(0)).milliseconds)
            told.append(crier.take(at: at(now)).count)
            if told.count == 2 { crier.changed() }
        }
        #expect(told == [256, 256, 88, 256, 256, 88])
        #expect(now == 1_000)
    }

    @Test("without boxes there is nothing to do")
    func nobody() {
        var crier = ListCrier([])
        crier.changed()
        #expect(crier.nextTime == nil)
    }
}
