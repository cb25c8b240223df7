import Payments
import Testing
import Vocabulary
import Wire

private func list(_ count: Int, limit: Int64 = 1_000) -> [Contract] {
    (0..<count).map { Contract(holder: Holder(plate: Fixtures.plate($0)), offlineLimit: Fen(limit + Int64($0))) }
}

/// The pages of a list, as the platform would send them.
private func pages(_ list: [Contract], version: Int64, size: Int = 3) -> [ListPage<Contract>] {
    let digest = ListPage<Contract>.digest(of: list)
    return stride(from: 0, to: max(1, list.count), by: size).map { begin in
        ListPage<Contract>(
            version: version, digest: digest, total: Int64(list.count), offset: Int64(begin),
            entries: Array(list[begin..<min(begin + size, list.count)]))
    }
}

@Suite("The list of contract plates")
struct ListBookTests {
    @Test("a list is taken page by page, and used when it is whole")
    func wholeList() {
        var book = ListBook<Contract>()
        let (contracts, sent) = (list(7), pages(list(7), version: 4))
        #expect(book.take(sent[0]) == .more(version: 4, offset: 3))
        #expect(book.take(sent[1]) == .more(version: 4, offset: 6))
        #expect(book.count == 0 && book.version == 0)
        #expect(book.take(sent[2]) == .replaced(contracts))
        #expect(book.count == 7 && book.version == 4)
        #expect(book[Holder(plate: Fixtures.plate(6))]?.offlineLimit == Fen(1_006))
        #expect(book[Holder(plate: Fixtures.plate(7))] == nil)
        #expect(book.take(sent[0]) == .current)
    }

    @Test("an empty list takes every contract away")
    func emptyList() {
        var book = ListBook<Contract>(version: 1, entries: list(3))
        #expect(book.take(pages([], version: 2)[0]) == .replaced([]))
        #expect(book.count == 0 && book.version == 2)
    }

    @Test("a list that does not fit its digest is refused, and the old one stays in use")
    func wrongDigest() {
        var book = ListBook<Contract>(version: 1, entries: list(2))
        var sent = pages(list(5), version: 2)
        sent[1].entries[0].offlineLimit = Fen(999_999)
        #expect(book.take(sent[0]) == .more(version: 2, offset: 3))
        guard case .refused = book.take(sent[1]) else {
            Issue.record("a list with one limit changed was not refused")
            return
        }
        #expect(book.version == 1 && book.count == 2)
    }

    @Test(
        "a page that does not follow on the one before is refused", arguments: [[0, 2], [1], [0, 1, 1], [0, 0, 2]])
    func wrongOrder(order: [Int]) {
        var book = ListBook<Contract>(version: 1, entries: list(2))
        let sent = pages(list(12), version: 2)
        for index in order.dropLast() { _ = book.take(sent[index]) }
        guard case .refused = book.take(sent[order.last ?? 0]) else {
            Issue.record("page \(order) was not refused")
            return
        }
        #expect(book.version == 1 && book.count == 2)
        for page in sent.dropLast() { _ = book.take(page) }
        #expect(book.take(sent[3]) == .replaced(list(12)))
    }

    @Test("a list that changes while it is fetched never gets mixed with the new one")
    func interleaved() {
        var book = ListBook<Contract>()
        let (old, new) = (pages(list(7), version: 2), pages(list(7, limit: 5), version: 3))
        _ = book.take(old[0])
        guard case .refused = book.take(new[1]) else {
            Issue.record("a page of another version was taken")
            return
        }
        #expect(book.take(new[0]) == .more(version: 3, offset: 3))
        #expect(book.take(new[1]) == .more(version: 3, offset: 6))
        #expect(book.take(new[2]) == .replaced(list(7, limit: 5)))
    }

    @Test("the first page of any version begins anew")
    func beginsAnew() {
        var book = ListBook<Contract>()
        let (old, new) = (pages(list(7), version: 2), pages(list(4), version: 3))
        _ = book.take(old[0])
        _ = book.take(old[1])
        #expect(book.take(new[0]) == .more(version: 3, offset: 3))
        #expect(book.take(new[1]) == .replaced(list(4)))
    }

    @Test("an empty page before the end is refused instead of being asked for again for ever")
    func emptyPage() {
        var book = ListBook<Contract>()
        var page = pages(list(7), version: 2)[0]
        page.entries = []
        guard case .refused = book.take(page) else {
            Issue.record("an empty page was taken for progress")
            return
        }
    }

    @Test("pages in any order, repeated and of two versions, never give a list that nobody sent", arguments: 1...30)
    func neverMixed(seed: UInt64) {
        var dice = Dice(seed: seed)
        let lists: [Int64: [Contract]] = [1: list(2), 2: list(7), 3: list(9, limit: 50)]
        let sent = pages(list(7), version: 2) + pages(list(9, limit: 50), version: 3)
        var book = ListBook<Contract>(version: 1, entries: list(2))
        for _ in 0..<200 {
            _ = book.take(sent[Int.random(in: 0..<sent.count, using: &dice)])
            let expected = lists[book.version] ?? []
            #expect(book.count == expected.count)
            #expect(expected.allSatisfy { book[$0.holder] == $0 })
        }
    }
}
