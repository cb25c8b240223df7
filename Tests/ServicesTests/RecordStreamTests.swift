import Services
import Testing
import Vocabulary
import Wire

@Suite struct RecordStreamTests {
    let site: Site
    init() throws { site = try Site() }

    private let evidence = Record.Event.started(version: "1")

    private func rows() throws -> [Int64] { try site.store.ledgerReport().streams.map(\.rows) }

    @Test("records are stored and acknowledged up to the last")
    func stored() throws {
        #expect(try site.record(evidence, evidence) == .through(epoch: "e1", sequence: 2))
        #expect(try site.record(evidence) == .through(epoch: "e1", sequence: 3))
        let stream = try #require(try site.store.ledgerReport().streams.first)
        #expect(stream.device == "gate-1" && stream.through == 3 && stream.rows == 3 && stream.unreadable == 0)
    }

    @Test("the same batch again is acknowledged again, and nothing of it is done again")
    func twice() throws {
        let payload = site.box.batch([.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil), evidence])
        for _ in 0..<3 { #expect(try site.ingest(payload) == .through(epoch: "e1", sequence: 2)) }
        #expect(try site.record(evidence) == .through(epoch: "e1", sequence: 3))
        #expect(try site.ingest(payload) == .through(epoch: "e1", sequence: 3))
        #expect(try site.balance("merchant:city") == 700)
        #expect(try rows() == [3])
        #expect(try site.incidents() == [])
    }

    @Test("of a batch that overlaps what came before, only the new part is done")
    func overlap() throws {
        let first = Record.Event.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil)
        let second = Record.Event.payment(.acceptedOffline, makeCharge(2, Site.rich, 30), nil)
        var box = site.box
        try site.record(first)
        #expect(try site.ingest(box.batch([first, second])) == .through(epoch: "e1", sequence: 2))
        #expect(try site.balance("merchant:city") == 730)
        #expect(try rows() == [2])
    }

    @Test("a batch that leaves a gap is not stored, and the box hears what is expected")
    func gap() throws {
        try site.record(evidence)
        var box = site.box
        _ = box.batch([evidence])
        #expect(try site.ingest(box.batch([evidence])) == .expected(epoch: "e1", sequence: 2, because: "gap"))
        #expect(try rows() == [1])
        #expect(try site.incidents() == [])
    }

    @Test("the first batch of a stream begins with record 1")
    func firstGap() throws {
        _ = site.box.batch([evidence])
        #expect(try site.record(evidence) == .expected(epoch: "e1", sequence: 1, because: "gap"))
    }

    @Test("a batch with one byte changed, anywhere, is refused, reported, and nothing of it is applied")
    func oneByte() throws {
        try site.record(evidence)
        let payload = site.box.batch([.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil), evidence])
        for index in stride(from: 0, to: payload.count, by: 7) {
            var changed = payload
            changed[index] ^= 1
            let answer = try site.ingest(changed)
            guard case .expected(_, _, let why) = answer else {
                Issue.record("byte \(index) changed and accepted: \(answer)")
                continue
            }
            #expect(["malformed", "wrongDevice", "badSignature", "brokenChain", "gap"].contains(why))
        }
        #expect(try site.balance("merchant:city") == 0)
        #expect(try rows() == [1])
        let codes = Set(try site.incidents())
        #expect(codes.isSuperset(of: [.malformed, .badSignature, .brokenChain]))
        #expect(try site.ingest(payload) == .through(epoch: "e1", sequence: 3))
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("a refused batch names what is expected, with the reason")
    func refusedAnswer() throws {
        try site.record(evidence)
        var payload = site.box.batch([evidence])
        payload[payload.count - 2] ^= 1
        #expect(try site.ingest(payload) == .expected(epoch: "e1", sequence: 2, because: "brokenChain"))
        #expect(
            try site.ingest(Array("nonsense".utf8)) == .expected(epoch: "e1", sequence: 2, because: "malformed"))
    }

    @Test("a signature of another key, another box's batch and an unknown box are refused")
    func strangers() throws {
        var thief = try Box("gate-1", seed: 8)
        #expect(
            try site.ingest(thief.batch([evidence])) == .expected(epoch: "e1", sequence: 1, because: "badSignature"))
        var other = try Box("gate-2", seed: 9)
        #expect(
            try site.ingest(other.batch([evidence])) == .expected(epoch: "e1", sequence: 1, because: "wrongDevice"))
        var unknown = try Box("gate-3", seed: 8)
        #expect(
            try site.store.ingest(unknown.batch([evidence]), from: unknown.device, at: site.time)
                == .expected(epoch: "e1", sequence: 1, because: "unknownDevice"))
        #expect(try rows() == [])
        #expect(try site.incidents() == [.badSignature, .wrongDevice, .unknownDevice])
    }

    @Test("a box that tells its history differently the second time is refused, and the first telling stands")
    func fork() throws {
        var liar = site.box
        try site.record(evidence, .debt(makeCharge(1, Site.rich, 700)))
        let other = liar.batch([evidence, .debt(makeCharge(1, Site.rich, 1)), evidence])
        #expect(try site.ingest(other) == .expected(epoch: "e1", sequence: 1, because: "fork"))
        #expect(try site.incidents() == [.fork])
        #expect(try site.owed(by: Site.rich) == 700)
        #expect(try rows() == [2])
    }

    @Test("whole lines that follow on another record than the stored one are a fork; damaged ones are not")
    func forkBefore() throws {
        var liar = site.box
        try site.record(evidence, evidence)
        _ = liar.batch([.started(version: "2"), evidence])
        let payload = liar.batch([evidence])
        #expect(try site.ingest(payload) == .expected(epoch: "e1", sequence: 3, because: "fork"))
        var damaged = payload
        damaged[damaged.count - 3] ^= 1
        #expect(try site.ingest(damaged) == .expected(epoch: "e1", sequence: 3, because: "brokenChain"))
        #expect(try site.incidents() == [.fork, .brokenChain])
        #expect(try rows() == [2])
    }

    @Test("a batch that does not say what it follows on can be refused, but not be called a fork")
    func withoutPrevious() throws {
        var liar = site.box
        try site.record(evidence, evidence)
        _ = liar.batch([.started(version: "2"), evidence])
        let line = liar.line(evidence, sequence: 3)
        let batch = Batch(
            device: liar.device, epoch: "e1", first: 3, head: RecordChain.next(after: liar.head, line: line),
            lines: [line])
        #expect(
            try site.ingest(batch.payload(signedBy: liar.key))
                == .expected(epoch: "e1", sequence: 3, because: "brokenChain"))
    }

    @Test("each epoch of a journal is a stream of its own")
    func epochs() throws {
        try site.record(evidence, evidence)
        var wiped = try Box("gate-1", epoch: "e2")
        #expect(try site.ingest(wiped.batch([evidence])) == .through(epoch: "e2", sequence: 1))
        #expect(try site.record(evidence) == .through(epoch: "e1", sequence: 3))
        #expect(try rows() == [3, 1])
    }

    @Test("a line that is no record this version knows is kept, marked and acknowledged, and the rest is done")
    func unreadable() throws {
        let charge = makeCharge(1, Site.rich, 700)
        let lines = [
            Array("{\"seq\":1,\"kind\":\"teleported\"}".utf8), [], [0xFF, 0x00, 0x22],
            site.box.line(.payment(.acceptedOffline, charge, nil), sequence: 4),
            site.box.line(.payment(.acceptedOffline, makeCharge(2, Site.rich, 5), nil), sequence: 9),
        ]
        #expect(try site.ingest(site.box.batch(lines: lines)) == .through(epoch: "e1", sequence: 5))
        let report = try site.store.ledgerReport()
        #expect(report.streams[0].rows == 5 && report.streams[0].unreadable == 4)
        #expect(report.incidents.map(\.code) == Array(repeating: .unreadableRecord, count: 4))
        #expect(report.balance(of: "merchant:city") == Fen(700))
    }

    @Test("a full batch of 200 is taken, one of 201 is not", arguments: [200, 201])
    func bound(count: Int) throws {
        let answer = try site.ingest(site.box.batch(Array(repeating: evidence, count: count)))
        #expect(
            answer
                == (count == 200
                    ? .through(epoch: "e1", sequence: 200)
                    : .expected(epoch: "e1", sequence: 1, because: "malformed")))
    }

    @Test("a payload over the bound is refused without being read")
    func tooLarge() throws {
        let payload = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20 + 1)
        #expect(try site.ingest(payload) == .expected(epoch: "unknown", sequence: 1, because: "malformed"))
    }

    @Test("an incident that comes again is counted, and told at its 1st, 10th and 100th time")
    func counted() throws {
        var told: [Int64] = []
        let site = try Site { if case .incident(let incident) = $0 { told.append(incident.count) } }
        for _ in 0..<120 { try site.ingest(Array("nonsense".utf8)) }
        let incidents = try site.store.ledgerReport().incidents
        #expect(incidents.count == 1 && incidents[0].count == 120 && incidents[0].first < incidents[0].last)
        #expect(told == [1, 10, 100])
    }
}
