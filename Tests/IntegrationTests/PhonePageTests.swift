import Glibc
import Host
import JSONText
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// Paying on the phone at a real platformd, over real HTTP, with the sandbox for a network.
@Suite("Pages for phones on real processes", .serialized)
struct PhonePageTests {
    private static let plate = "粤B24680", member = "粤B13579"
    private let folder: TemporaryFolder
    private let broker: Broker
    private let stay = StayID(at: WallClock.now(), random: (1, 2))

    init() throws {
        folder = try TemporaryFolder("turnpike-phone")
        broker = try Broker()
        let key = try #require(BoxKey(seed: [UInt8](repeating: 7, count: 32)))
        let shipped = try Place.read("\(Place.project)/Scenarios/platform.json5")
        let file =
            shipped.replacing("port: 1883", with: "port: \(broker.port)").replacing("port: 8080", with: "port: 0")
            .replacing("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", with: "\(key.publicKey)")
            .replacing("plate: \"粤B12345\", site", with: "plate: \"\(Self.member)\", site")
        try folder.write(file, to: "platform.json5")
        // A car came in two hours ago, as its box has recorded.
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(path), file: path, folder: folder.path)
        let store = try PlatformStore(configuration, at: WallClock.now()) { _ in }
        let entry = StayEntry(
            stay: stay, plate: try Plate(Self.plate), tariff: try Slug("city-centre-2026-1"),
            lane: try LaneID("entry-1"), entered: WallTime(milliseconds: WallClock.now().milliseconds - 7_500_000))
        let record = Record(at: entry.entered, isSynchronised: true, event: .stayOpened(entry))
        let device = try DeviceID("garage-1")
        let line = Array("{\"seq\":1,".utf8) + record.body.dropFirst()
        let genesis = RecordChain.genesis(device: device, epoch: "e1")
        let batch = Batch(
            device: device, epoch: "e1", first: 1, previous: genesis,
            head: RecordChain.next(after: genesis, line: line),
            lines: [line])
        let word = try store.ingest(batch.payload(signedBy: key), from: device, at: WallClock.now())
        try #require(word == .through(epoch: "e1", sequence: 1))
    }

    private var path: String { "\(folder.path)/platform.json5" }

    private func start() throws -> (Program, port: Int) {
        let program = try Program("\(Place.programs)/platformd", ["--config", path])
        let line = try #require(program.waitForLine("pages for phones on"))
        let address = try #require(line.split(separator: "http://").last?.split(separator: "/").first)
        return (program, try #require(address.split(separator: ":").last.flatMap { Int($0) }))
    }

    private func page(_ port: Int, _ path: String, form: String? = nil) throws -> (status: Int, text: String) {
        let answer = try #require(
            try HTTPPush.send(
                form == nil ? "GET" : "POST", port: port, path: path,
                headers: form == nil ? [:] : ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array((form ?? "").utf8)))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    private func json(
        _ port: Int, _ path: String, key: String? = nil, _ body: ((inout JSONWriter) -> Void)? = nil
    ) throws -> (status: Int, node: JSONNode) {
        var headers = ["Accept": "application/json", "Content-Type": "application/json"]
        headers["Idempotency-Key"] = key
        let answer = try #require(
            try HTTPPush.send(
                body == nil ? "GET" : "POST", port: port, path: path, headers: headers,
                body: body.map { JSONWriter.object($0) } ?? []))
        return (answer.status, try JSONNode.parse(answer.body, dialect: .json))
    }

    private func wait(_ port: Int, _ order: String, for state: String) throws -> JSONNode {
        let limit = BootClock.now() + .seconds(20)
        while true {
            let node = try json(port, "/o/\(order)").node
            if node["state"]?.string == state { return node }
            try #require(BootClock.now() < limit, "the order is \(node["state"]?.string ?? "lost")")
            usleep(200_000)
        }
    }

    @Test("a driver looks the plate up, orders, pays at the sandbox, and is told until when to leave")
    func pays() throws {
        let (program, port) = try start()
        #expect(try page(port, "/p/city-centre").text.contains("Pay for parking"))
        let due = try page(port, "/p/city-centre", form: "plate=%E7%B2%A4B24680")
        #expect(due.status == 200)
        #expect(due.text.contains("粤B***80") && !due.text.contains("<dd>粤B24680"))
        #expect(due.text.contains("¥ 11.00"))
        let ticket = try page(port, "/p/city-centre?ticket=\(stay)")
        #expect(ticket.text.contains("¥ 11.00"))
        let made = try json(port, "/p/city-centre/pay", key: "key-00000001") {
            $0.field("plate", Self.plate)
            $0.field("amount", 1_100)
        }
        let order = try #require(made.node["order"]?.string)
        let again = try json(port, "/p/city-centre/pay", key: "key-00000001") {
            $0.field("plate", Self.plate)
            $0.field("amount", 1_100)
        }
        #expect(again.node["order"]?.string == order)
        let form = try page(port, "/p/city-centre/pay", form: "plate=%E7%B2%A4B24680&amount=1100&key=key-00000002")
        #expect(form.status == 303)
        #expect(try page(port, "/o/\(order)").text.contains("Scan to pay"))
        #expect(try page(port, "/o/\(order)/code.svg").text.hasPrefix("<svg"))
        let paying = try Program(
            "\(Place.programs)/turnpike", ["sandbox", "pay", "--config", path, "--payment", order])
        #expect(paying.waitForEnd() == 0)
        let paid = try wait(port, order, for: "paid")
        let until = try #require(paid["until"]?.integer)
        let minutes = (until - WallClock.now().milliseconds) / 60_000
        #expect((13...15).contains(minutes))
        #expect(try page(port, "/o/\(order)").text.contains("Please leave by"))
        #expect(try page(port, "/p/city-centre", form: "plate=%E7%B2%A4B24680").text.contains("Nothing to pay"))
        program.terminate()
        let report = try LedgerReport.read("\(folder.path)/platform.db")
        #expect(report.balance(of: "merchant:city-parking") == Fen(1_100))
        #expect(report.sumOfBooks == .zero && report.faults.isEmpty)
    }

    @Test("a member renews a pass; the permit has the new end, and is listed so by `turnpike permits`")
    func renews() throws {
        let (program, port) = try start()
        let passes = try json(port, "/m/city-centre") { $0.field("plate", Self.member) }.node
        let pass = try #require(passes["passes"]?.array?.first)
        #expect(pass["plan"]?.string == "city-monthly")
        let order = try #require(
            try json(port, "/m/city-centre/pay", key: "key-00000003") {
                $0.field("plate", Self.member)
                $0.field("plan", "city-monthly")
                $0.field("months", 3)
                $0.field("amount", 90_000)
            }.node["order"]?.string)
        let paying = try Program(
            "\(Place.programs)/turnpike", ["sandbox", "pay", "--config", path, "--payment", order])
        #expect(paying.waitForEnd() == 0)
        _ = try wait(port, order, for: "paid")
        #expect(try page(port, "/o/\(order)").text.contains("2027-03-01 00:00"))
        let list = try Program("\(Place.programs)/turnpike", ["permits", "list", path])
        #expect(list.waitForEnd() == 0)
        #expect(list.lines.contains { $0.contains("until 2027-02-28 16:00:00Z") && $0.contains("phone") })
        program.terminate()
    }

    @Test("what is not right gets a page in both languages and its status, and changes nothing")
    func refused() throws {
        let (program, port) = try start()
        let cases: [(String, String?, Int)] = [
            ("/p/nowhere", nil, 404), ("/p/UPPER", nil, 404), ("/else", nil, 404), ("/o/5", nil, 404),
            ("/o/\(stay)", nil, 404), ("/p/city-centre", "plate=%3Cscript%3E", 400), ("/p/city-centre", "plate=B", 400),
            ("/p/city-centre?ticket=abc", nil, 400), ("/p/city-centre/pay", "plate=%E7%B2%A4B24680", 400),
            ("/p/city-centre", "plate=%zz", 400), ("/p/city-centre", String(repeating: "x", count: 5_000), 413),
        ]
        for (path, form, status) in cases {
            let answer = try page(port, path, form: form)
            #expect(answer.status == status, "\(path)")
            #expect(answer.text.contains("抱歉") && answer.text.contains("Sorry"), "\(path)")
            #expect(!answer.text.contains("<script"))
        }
        // By now this address has asked nearly as often as it may.
        let many = try (0..<25).map { _ in try page(port, "/p/city-centre").status }
        #expect(many.last == 429)
        program.terminate()
        #expect(try LedgerReport.read("\(folder.path)/platform.db").payments.isEmpty)
    }
}
