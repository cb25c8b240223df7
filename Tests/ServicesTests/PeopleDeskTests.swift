import Host
import People
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("The people of a canteen")
struct PeopleDeskTests {
    static let class3 = """
        person,name,group,cards,code,until,dayAmount
        p1,张小三,pupil,0000000001,10001,,20.00
        p2,李四,pupil,0000000002 0000000003,,2026-11-30,
        t1,王五,staff,,10003,,

        """

    @Test("a file takes persons in; boxes of their canteens get them in order, their names masked")
    func list() throws {
        let world = try CanteenWorld()
        #expect(try world.takeIn(Self.class3).get() == PeopleOutcome(added: 3))
        let list = try world.list(of: world.gate)
        #expect(list.entries.map(\.holder.key) == ["p1", "p2", "t1"])
        #expect(list.entries.map(\.name) == ["张*三", "李*", "王*"])
        #expect(list.entries[1].cards == ["0000000002", "0000000003"])
        #expect(list.entries[0].guardian?.limits.day == .init(amount: Fen(2_000)))
        // Good until the last moment of 30 November in China.
        #expect(list.entries[1].until == WallTime(milliseconds: (20_788 * 86_400 - 8 * 3_600) * 1_000))
        #expect(try world.list(of: world.shop).entries == list.entries)
        #expect(try world.list(of: world.other).entries.isEmpty)
        let people = try world.store.people(of: CanteenWorld.school)
        #expect(people.map(\.name) == ["张小三", "李四", "王五"])
        #expect(
            people[1].line(isFull: false, in: .china)
                == "member **  李*  pupil  card …02  card …03  until 2026-11-30")
    }

    @Test("a box that stands in no canteen gets an empty list")
    func stranger() throws {
        let site = try Site()
        guard case .people(let page) = try site.ask(.list(.people, version: 0, offset: 0)) else {
            Issue.record("no list")
            return
        }
        #expect(page.entries.isEmpty && page.version == 1)
    }

    @Test("the same file again changes nothing, and no box need fetch its list again")
    func again() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let version = try world.list(of: world.gate).version
        #expect(try world.takeIn(Self.class3).get() == PeopleOutcome(same: 3))
        #expect(try world.list(of: world.gate).version == version)
        #expect(try world.takeIn("person,dayAmount\np1,15.00\n").get() == PeopleOutcome(changed: 1))
        #expect(try world.list(of: world.gate).version > version)
    }

    @Test("what the file has no column for stays: a limit, a card, a name")
    func partial() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        _ = try world.takeIn("person,group\np1,staff\n").get()
        let person = try #require(try world.store.person(CanteenWorld.member("p1")))
        #expect(person.name == "张小三" && person.cards == ["0000000001"] && person.group == slug("staff"))
        #expect(person.guardian?.limits.day?.amount == Fen(2_000))
    }

    @Test(
        "a file that cannot be what was meant is refused as a whole, with its lines",
        arguments: [
            ("person,cards\np9,0000000009\n", "2:1: person: found somebody who is on no list"),
            (
                "person,name,group,cards\np9,赵六,pupil,0000000001\n",
                "2:1: cards: found a card of another person (member **)"
            ),
            ("person,name,group,code\np9,赵六,pupil,10001\n", "2:1: code: found the code of another person (member **)"),
            ("person,paymentAmount\np2,5.00\np1,20.01\n", "3:1: person: found dayAmount of 20.00 yuan, less than"),
        ])
    func faults(text: String, fault: String) throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let before = try world.list(of: world.gate)
        let found = try world.peopleFaults(text)
        #expect(found.count == 1 && found[0].hasPrefix("people.csv:\(fault)"), "\(found)")
        #expect(try world.list(of: world.gate) == before)
    }

    @Test("a person is on one list at a time")
    func oneList() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        #expect(try world.peopleFaults(Self.class3, list: CanteenWorld.works).count == 3)
        #expect(try world.end("p1"))
        let moved = "person,name,group,cards\np1,张小三,staff,0000000001\n"
        #expect(try world.takeIn(moved, list: CanteenWorld.works).get() == PeopleOutcome(added: 1))
        #expect(try world.list(of: world.other).entries.map(\.holder.key) == ["p1"])
    }

    @Test("a card and a code change hands within one file, whoever's line comes first", arguments: [true, false])
    func changesHands(isGiverFirst: Bool) throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let lines = ["p1,0000000008,10008", "p2,0000000001,10001"]
        let text = (isGiverFirst ? lines : lines.reversed()).joined(separator: "\n")
        #expect(try world.takeIn("person,cards,code\n\(text)\n").get() == PeopleOutcome(changed: 2))
        let entries = try world.list(of: world.gate).entries
        #expect(entries.map(\.cards) == [["0000000008"], ["0000000001"], []])
        #expect(entries.map(\.code) == ["10008", "10001", "10003"])
    }

    @Test("a lost card is out at once; its owner stays")
    func lostCard() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let version = try world.list(of: world.gate).version
        let owner = try world.store.removeCard("0000000002", by: "Zhao", why: "lost", at: world.time)
        #expect(owner == CanteenWorld.member("p2"))
        #expect(try world.store.removeCard("0000000002", by: "Zhao", why: "lost", at: world.time) == nil)
        let list = try world.list(of: world.gate)
        #expect(list.entries[1].cards == ["0000000003"] && list.version > version)
    }

    @Test("who leaves is off the list with cards, code, face and limits; the money stays in the books")
    func end() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let face = FaceTag(version: 1, digest: String(repeating: "ab", count: 32))
        #expect(try world.store.setFace(face, of: CanteenWorld.member("p1"), by: "Zhao", why: "w", at: world.time))
        #expect(try world.list(of: world.gate).entries[0].face == face)
        _ = try world.topUp("p1", 500, "paid-1").get()
        #expect(try world.end("p1"))
        #expect(try !world.end("p1"))
        #expect(try world.list(of: world.gate).entries.map(\.holder.key) == ["p2", "t1"])
        let row = try #require(try world.store.person(CanteenWorld.member("p1")))
        #expect(row.cards.isEmpty && row.code == nil && row.face == nil && row.guardian == nil)
        #expect(try world.purse("p1", "cash") == 500)
        #expect(try world.topUp("p1", 500, "paid-2") == .failure(.nobody))
        // The card is free for somebody else.
        #expect(try world.takeIn("person,cards\np2,0000000001\n").get() == PeopleOutcome(changed: 1))
    }

    @Test("a contract ends by itself after its last day", arguments: [(10, 3), (11, 2)])
    func runsOut(days: Int64, count: Int) throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        world.pass(days: days)
        _ = try world.store.tend(at: world.time)
        #expect(try world.list(of: world.gate).entries.count == count)
        let current = try world.store.people.current(CanteenWorld.member("p2"), at: world.time)
        #expect((current != nil) == (count == 3))
    }

    @Test("a contract that has ended counts for nothing even before the platform has looked")
    func isOver() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let until = try #require(try world.list(of: world.gate).entries[1].until)
        let member = CanteenWorld.member("p2")
        let last = WallTime(milliseconds: until.milliseconds - 1)
        #expect(try world.store.people.current(member, at: world.gate.device, last) != nil)
        #expect(try world.store.people.current(member, at: world.other.device, last) == nil)
        #expect(try world.store.people.current(member, at: world.gate.device, until) == nil)
    }

    @Test("a file that names everybody ends who is not in it, and nobody of another list")
    func complete() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        _ = try world.takeIn("person,name,group\nw1,赵六,staff\n", list: CanteenWorld.works).get()
        let text = "person,name,group\np1,张小三,pupil\n"
        #expect(try world.takeIn(text, isComplete: true).get() == PeopleOutcome(same: 1, ended: 2))
        #expect(try world.list(of: world.gate).entries.map(\.holder.key) == ["p1"])
        #expect(try world.list(of: world.other).entries.map(\.holder.key) == ["w1"])
    }

    @Test("a face's version only rises; dropping it always works")
    func faces() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        let member = CanteenWorld.member("p1")
        func set(_ version: Int64?) throws -> Bool {
            let face = version.map { FaceTag(version: $0, digest: String(repeating: "0", count: 64)) }
            return try world.store.setFace(face, of: member, by: "Zhao", why: "w", at: world.time)
        }
        #expect(try [set(2), set(2), set(1), set(3), set(nil), set(1)] == [true, false, false, true, true, true])
    }

    @Test("a new picture is on the boxes' list with its version; a withdrawn consent takes it off, and stays written")
    func pictures() throws {
        let world = try CanteenWorld()
        _ = try world.takeIn(Self.class3).get()
        func set(_ version: Int64?, of person: String = "p1") throws -> Bool {
            try world.store.setPicture(
                version: version, of: CanteenWorld.member(person), by: "Zhao", why: "w", at: world.time)
        }
        #expect(try set(1))
        let before = try world.list(of: world.gate)
        #expect(before.entries.map { $0.face?.version } == [1, nil, nil])
        #expect(try set(3))
        let after = try world.list(of: world.gate)
        #expect(after.entries[0].face?.version == 3 && after.version > before.version)
        #expect(after.entries[0].face?.digest != before.entries[0].face?.digest)
        #expect(try !set(2))
        #expect(try set(nil))
        let withdrawn = try world.list(of: world.gate)
        #expect(withdrawn.entries[0].face == nil && withdrawn.version > after.version)
        #expect(try !set(1, of: "nobody"))
    }

    @Test("a list of more persons than a page holds comes page by page, and outlives a restart")
    func pages() throws {
        let folder = TestFolder(inMemory: true)
        let world = try CanteenWorld(database: folder.path + "/platform.db")
        let lines = (1000..<1450).map { "p\($0),张三,pupil,\(1_000_000_000 + $0)" }.joined(separator: "\n")
        _ = try world.takeIn("person,name,group,cards\n\(lines)\n").get()
        let before = try world.list(of: world.gate)
        #expect(before.entries.count == 450)
        try world.restart()
        #expect(try world.list(of: world.gate) == before)
    }

    @Test("the boxes of a list hear that it has changed, those of another list do not")
    func announced() throws {
        let world = try CanteenWorld()
        var caretaker = Caretaker([], world.store)
        var sent: [Outgoing] = []
        func look(_ seconds: Int64) {
            caretaker.run(world.store, at: Uptime(nanoseconds: seconds * 1_000_000_000), { sent.append($0) }, { _ in })
        }
        look(1)
        _ = try world.takeIn("person,name,group\np1,张三,pupil\n").get()
        look(5)
        #expect(sent.isEmpty)
        look(12)
        #expect(sent.map(\.content) == [.announcement(.listChanged(.people)), .announcement(.listChanged(.people))])
        #expect(Set(sent.map(\.device)) == [world.gate.device, world.shop.device])
        look(30)
        #expect(sent.count == 2)
    }
}
