import DemoParts
import DeskOrders
import EdgeRuntime
import Glibc
import Host
import JSONText
import Journal
import ParkingDay
import Services
import StandIns
import Synchronization
import Vocabulary
import Wire

/// A scripted day on real processes: cameras push over HTTP, booms and loops stand on the boards' sockets, attendants
/// use the boxes' own doors, and the platform's books are read from its file.
final class RehearsedDay: DayStage {
    let rig: DayRig
    private var minute: Int64 = -1
    /// How many records of a box's journal have been counted.
    private var counted: [String: Int] = [:]

    private static let attendant = "Attendant Zhao"
    /// Lanes whose camera is silent, as box/lane.
    let silent = Mutex<Set<String>>([])
    private let beats: HeartBeats

    init(_ rig: DayRig) throws {
        self.rig = rig
        beats = HeartBeats()
    }

    /// From now on the cameras send their heartbeats.
    func start() throws {
        let me = Beater(day: self)
        try beats.start { try? me.day?.beat() }
    }

    /// A heart beat touches only what stays as it is, ports apart, and a beat to an old port reaches nobody.
    private struct Beater: @unchecked Sendable {
        weak var day: RehearsedDay?
    }

    func setClock(minute: Int64) throws(DayFault) {
        guard minute > self.minute else { return }
        if minute / 60 != self.minute / 60 || self.minute < 0 { print("  \(DayRunner.clock(minute))") }
        self.minute = minute
        rig.setClocks(to: WallTime(milliseconds: rig.midnight.milliseconds + minute * 60_000))
    }

    func attempt<Value>(_ what: String, _ work: () throws -> Value) throws(DayFault) -> Value {
        do { return try work() } catch { throw DayFault("\(what): \(error)") }
    }

    func read(_ plate: String, at lane: DayFile.Lane) throws(DayFault) { try push(plate, at: lane) }

    /// - Parameter trigger: why the camera took the picture, by its maker's numbers.
    func push(_ plate: String, at lane: DayFile.Lane, trigger: Int = 1) throws(DayFault) {
        let member = try rig.member(lane.box)
        let id = nextRead.add(1, ordering: .relaxed).newValue
        try attempt("the camera of \(lane.box)/\(lane.name)") {
            let camera = CameraStandIn(id: "\(lane.name)-camera", make: .vzenith(inGB2312: false), port: member.port)
            let answer = try camera.push(plate, readID: id, trigger: trigger)
            // What no plate can be is refused; everything else is taken.
            guard answer?.status == 200 || plate.count > DayRunner.longestPlate else {
                throw DemoError("a read was answered \(answer?.status ?? 0)")
            }
        }
    }

    private let nextRead = Atomic<Int>(0)

    func waitUntilUp(_ lane: DayFile.Lane, milliseconds: Int64) -> Bool {
        let world = try? rig.member(lane.box).world
        return world?.waitUntilUp(lane.name, milliseconds: milliseconds) ?? false
    }

    func driveThrough(_ lane: DayFile.Lane, cars: Int) throws(DayFault) {
        guard let world = try rig.member(lane.box).world else { throw DayFault("\(lane.box) is off") }
        let hasApproach = try rig.member(lane.box).approachLoops.contains(lane.name)
        for _ in 0..<cars {
            if hasApproach {
                world.set("\(lane.name).approachLoop", true)
                usleep(40_000)
            }
            world.set("\(lane.name).safetyLoop", true)
            usleep(40_000)
            if hasApproach { world.set("\(lane.name).approachLoop", false) }
            usleep(40_000)
            world.set("\(lane.name).safetyLoop", false)
        }
        guard world.waitUntilDown(lane.name, seconds: 20) else {
            throw DayFault("the boom of \(lane.box)/\(lane.name) did not close within 20 s")
        }
    }

    /// A person's order to a box, as a command of the box's own gives it.
    func give(_ lane: DayFile.Lane, _ order: (LaneID) throws -> DeskOrder) throws(DayFault) {
        let member = try rig.member(lane.box)
        try attempt("an order at \(lane.box)/\(lane.name)") {
            let order = try order(try LaneID(lane.name))
            let answer = try HTTPPush.give(
                order, who: Self.attendant, port: member.port, token: try rig.token(lane.box))
            guard answer?.status == 202 else {
                let text = String(decoding: answer?.body ?? [], as: UTF8.self)
                throw DemoError("\(order.word.rawValue) was answered \(answer?.status ?? 0) \(text)")
            }
        }
    }

    func takeCash(_ lane: DayFile.Lane) throws(DayFault) { try give(lane) { .cash(lane: $0) } }

    func present(_ code: String, _ lane: DayFile.Lane) throws(DayFault) {
        try give(lane) { .enterCode(lane: $0, try PayerCode(code)) }
    }

    func waive(_ lane: DayFile.Lane) throws(DayFault) {
        try give(lane) { .waive(lane: $0, why: "the lift was out of order") }
    }

    func openByHand(_ lane: DayFile.Lane) throws(DayFault) {
        try give(lane) { .open(lane: $0, why: "a delivery on foot") }
    }

    func pause(milliseconds: Int64) { usleep(UInt32(milliseconds * 1_000)) }

    func wait(seconds: Int64) { usleep(UInt32(seconds * 1_000_000)) }

    func setFire(_ isActive: Bool, _ lane: DayFile.Lane) throws(DayFault) {
        try rig.member(lane.box).world?.set("\(lane.name).fireAlarm", isActive)
    }

    func sendNonsense(_ lane: DayFile.Lane) throws(DayFault) {
        let member = try rig.member(lane.box)
        try attempt("garbage at \(lane.box)/\(lane.name)") {
            let camera = CameraStandIn(id: "\(lane.name)-camera", make: .vzenith(inGB2312: false), port: member.port)
            let answer = try camera.push(DayRunner.nonsense)
            guard let status = answer?.status, (400..<500).contains(status) else {
                throw DemoError("noise was answered \(answer?.status ?? 0)")
            }
        }
    }

    func setNetwork(_ name: String, isCut: Bool) throws(DayFault) {
        let member = try rig.member(name)
        member.proxy.set(isCut ? .refuse : .none)
        if isCut { member.proxy.dropConnections() }
        try attempt("the network of \(name)") {
            try rig.wait("\(name) notices") { try rig.status(name)["link"]?.string == (isCut ? "down" : "up") }
        }
    }

    func restartPlatform() throws(DayFault) {
        try attempt("the platform") {
            rig.killPlatform()
            try rig.startPlatform()
        }
    }

    func cutPower(_ name: String) throws(DayFault) {
        try attempt(name) {
            try rig.cutPower(name)
            try rig.wait("\(name) is connected again") { try rig.status(name)["link"]?.string == "up" }
        }
    }

    /// Lanes are busy side by side, each in a thread of its own.
    func together(_ lanes: [() throws(DayFault) -> [String]]) throws(DayFault) -> [String] {
        guard lanes.count > 1 else { return try lanes.first?() ?? [] }
        let results = Mutex<(faults: [String], broken: DayFault?)>(([], nil))
        try attempt("starting a thread a lane") {
            let threads = try lanes.map { lane in
                let work = Work(lane)
                return try HostThread(name: "lane") {
                    do throws(DayFault) {
                        let faults = try work.run()
                        results.withLock { $0.faults += faults }
                    } catch {
                        let fault = error
                        results.withLock { $0.broken = fault }
                    }
                }
            }
            for thread in threads { thread.join() }
        }
        return try results.withLock { (result) throws(DayFault) in
            if let broken = result.broken { throw broken }
            return result.faults
        }
    }

    /// A lane's acts touch nothing of another lane's but what is made for several threads.
    private struct Work: @unchecked Sendable {
        let run: () throws(DayFault) -> [String]
        init(_ run: @escaping () throws(DayFault) -> [String]) { self.run = run }
    }

    func settle() throws(DayFault) {
        try attempt("the end of the day") {
            for name in rig.day.boxes {
                try rig.wait("everything of \(name) is delivered", seconds: 60) {
                    let status = try rig.status(name)
                    return status["link"]?.string == "up" && status["queued"]?.integer == 0
                }
            }
        }
    }

    func records(_ name: String) throws(DayFault) -> [Record.Event] { try records(name, after: 0) }

    func records(_ name: String, after count: Int) throws(DayFault) -> [Record.Event] {
        var events: [Record.Event] = []
        try pages(name, after: count) { page in
            for line in page.lines { events.append(try Record.parse(line: line).record.event) }
        }
        return events
    }

    func recordCount(_ name: String) throws(DayFault) -> Int {
        counted[name] = try pages(name, after: counted[name] ?? 0) { _ in }
        return counted[name] ?? 0
    }

    /// Reads a journal from behind so many records on.
    /// - Returns: how many records it holds.
    @discardableResult
    private func pages(_ name: String, after count: Int, _ each: (JournalPage) throws -> Void) throws(DayFault) -> Int {
        let member = try rig.member(name)
        return try attempt("the journal of \(name)") {
            let reader = try JournalReader(path: BoxIdentity.journalPath(in: member.configuration.stateFolder))
            var next = Int64(count) + 1
            while case let page = try reader.records(from: next), !page.lines.isEmpty {
                try each(page)
                next = page.last + 1
            }
            return Int(next) - 1
        }
    }

    func books() throws(DayFault) -> DayBooks {
        try attempt("the platform's books") {
            let report = try LedgerReport.read(rig.ledger)
            let approved = report.payments("approved")
            // What is owed is taken as soon as the account has it; then it is collected.
            let (open, collected) = (report.payments("debt"), report.payments("collected"))
            return DayBooks(
                approved: (approved.count, approved.sum),
                owed: (open.count + collected.count, Fen(open.sum.count + collected.sum.count)),
                records: report.streams.reduce(0) { $0 + $1.rows }, sumOfBooks: report.sumOfBooks,
                incidents: Int64(report.incidents.count), collected: (collected.count, Fen(collected.sum.count)))
        }
    }
}
