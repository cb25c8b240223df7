import Testing
import Vocabulary
import Wire

@testable import Services

/// A batch that a payment interrupts.
@Suite struct BatchPartsTests {
    private let site: Site
    private let reading: BatchReading
    private let payload: [UInt8]

    init() throws {
        site = try Site()
        // The charge stands in the last part.
        let events = [Record.Event](repeating: .started(version: "1"), count: 99)
        payload = site.box.batch(events + [.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil)])
        reading = site.store.read(payload, from: site.box.device)
    }

    private func part(isWantedElsewhere: Bool = true) throws -> Acknowledgement? {
        try site.store.ingest(reading, at: Site.time) { isWantedElsewhere }
    }

    private func rows() throws -> [Int64] { try site.store.ledgerReport().streams.map(\.rows) }

    @Test("it is stored in parts of 32, each durable, and acknowledged once, when all of it is there")
    func parts() throws {
        for stored: Int64 in [32, 64, 96] {
            #expect(try part() == nil)
            #expect(try rows() == [stored])
            #expect(try site.balance("merchant:city") == 0)
        }
        #expect(try part() == .through(epoch: "e1", sequence: 100))
        #expect(try rows() == [100])
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [])
    }

    @Test("where nothing is wanted elsewhere it is stored in one go")
    func whole() throws {
        #expect(try part(isWantedElsewhere: false) == .through(epoch: "e1", sequence: 100))
    }

    @Test("a payment between two parts is made, and the same charge further on in the batch moves no money again")
    func paymentBetween() throws {
        #expect(try part() == nil)
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        while try part() == nil {}
        #expect(try site.balance("merchant:city") == 700)
        #expect(try rows() == [100])
    }

    @Test("a box that sends it again after a stop half-way has the rest stored")
    func sentAgain() throws {
        #expect(try part() == nil)
        #expect(try site.ingest(payload) == .through(epoch: "e1", sequence: 100))
        #expect(try rows() == [100])
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("of a batch whose last byte was changed not even the first part is applied")
    func changed() throws {
        var changed = payload
        changed[changed.count - 2] ^= 1
        let reading = site.store.read(changed, from: site.box.device)
        let word = try site.store.ingest(reading, at: Site.time) { true }
        #expect(word == .expected(epoch: "e1", sequence: 1, because: "brokenChain"))
        #expect(try rows() == [])
    }
}
