import Services
import TestParts
import Testing
import Vocabulary
import Wire

@Suite struct ContractTests {
    private let device = try! DeviceID("gate-1")

    /// Opens the same file with so many plates.
    private func open(
        _ path: String, plates: Int, limit: Int64 = 500, at: Int64 = 5, opening: Int64 = 0,
        notices: @escaping (PlatformNotice) -> Void = { _ in }
    ) throws -> PlatformStore {
        let contracts = try (0..<plates).map { number in
            PlatformConfiguration.SignedContract(
                holder: Holder(plate: try Plate("粤B\(10_000 + number)")), account: try Slug("a\(number)"),
                openingBalance: Fen(opening), offlineLimit: Fen(limit), status: number == 0 ? .suspended : .active)
        }
        return try PlatformStore(
            PlatformConfiguration(
                database: path, mqtt: .init(host: "127.0.0.1", port: 1883), merchant: try Slug("city"),
                devices: [Box().enrolment], contracts: contracts,
                tariffs: [.items(try Slug("city-2026"))]), at: WallTime(milliseconds: at * 1000),
            report: notices)
    }

    private func page(_ store: PlatformStore, _ version: Int64, _ offset: Int64) throws -> ListPage<Contract> {
        let request = Incoming(
            kind: .request, device: device, payload: Request.list(.contracts, version: version, offset: offset).payload)
        guard case .contracts(let page) = store.answer([request], at: WallTime(milliseconds: 9))[0] else {
            throw Unexpected(response: nil)
        }
        return page
    }

    @Test("the pages together are the whole list by plate, and fit its digest", arguments: [0, 1, 500, 501, 1203])
    func pages(count: Int) throws {
        let store = try open(":memory:", plates: count)
        var page = try page(store, 0, 0)
        var list = page.entries
        while list.count < page.total {
            page = try self.page(store, page.version, Int64(list.count))
            #expect(page.offset == list.count && !page.entries.isEmpty)
            list += page.entries
        }
        #expect(list.count == count)
        #expect(list.map(\.holder) == list.map(\.holder).sorted())
        #expect(ListPage<Contract>.digest(of: list) == page.digest)
    }

    @Test("a suspended contract is on the list, and promises nothing offline")
    func suspended() throws {
        let entries = try page(open(":memory:", plates: 2), 0, 0).entries
        #expect(entries.map(\.offlineLimit) == [.zero, Fen(500)])
    }

    @Test("whoever asks for another version, or past the end, gets the current list from its begin")
    func otherVersion() throws {
        let store = try open(":memory:", plates: 501)
        let current = try page(store, 0, 0)
        for (version, offset) in [(current.version - 1, 500), (current.version + 1, 500), (0, 500)] as [(Int64, Int64)]
        {
            #expect(try page(store, version, offset) == current)
        }
        #expect(try page(store, current.version, 501) == current)
        #expect(try page(store, current.version, .max) == current)
        #expect(try page(store, current.version, 500).entries.count == 1)
    }

    @Test("the list's version grows when the list changes, and only then")
    func version() throws {
        let folder = TestFolder(inMemory: true)
        let path = folder.file("p.db")
        func version(_ store: PlatformStore) throws -> Int64 { try page(store, 0, 0).version }
        let first = try version(open(path, plates: 3))
        #expect(try version(open(path, plates: 3, at: 99)) == first)
        let changed = try version(open(path, plates: 3, limit: 501))
        #expect(changed == first + 1)
        let removed = try version(open(path, plates: 2, limit: 501, at: 1000))
        #expect(removed == 1000)
        #expect(try version(open(path, plates: 2, limit: 501)) == removed)
        #expect(try page(open(path, plates: 2, limit: 501), 0, 0).total == 2)
    }

    @Test("a plate that the configuration no longer names has no contract any more")
    func removed() throws {
        let folder = TestFolder(inMemory: true)
        _ = try open(folder.file("p.db"), plates: 3, opening: 1000)
        let store = try open(folder.file("p.db"), plates: 2, opening: 1000)
        let charge = makeCharge(1, try Plate("粤B10002"), 10)
        let request = Incoming(kind: .request, device: device, payload: Request.charge(charge, code: nil).payload)
        #expect(
            store.answer([request], at: WallTime(milliseconds: 9))
                == [.payment(charge.payment, .declined(.noContract))])
        #expect(try store.ledgerReport().balance(of: "contract:a2") == Fen(1000))
    }

    @Test("an opening balance is booked once, however often the platform starts; a changed one is reported")
    func opening() throws {
        let folder = TestFolder(inMemory: true)
        var notices: [String] = []
        for opening: Int64 in [1000, 1000, 1001] {
            let store = try open(folder.file("p.db"), plates: 1, opening: opening) { notices.append("\($0)") }
            #expect(try store.ledgerReport().balance(of: "contract:a0") == Fen(1000))
            #expect(try store.ledgerReport().balance(of: "bank:opening") == Fen(-1000))
        }
        #expect(notices.filter { $0.contains("corrections are new transfers") }.count == 1)
    }
}
