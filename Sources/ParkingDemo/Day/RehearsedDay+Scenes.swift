import DemoParts
import DeskOrders
import Glibc
import Host
import JSONText
import ParkingDay
import Shifts
import StandIns
import Synchronization
import Vocabulary
import Wire

/// What scenes need, on real processes.
extension RehearsedDay {
    private func world(_ lane: DayFile.Lane) throws(DayFault) -> CarParkStandIn {
        guard let world = try rig.member(lane.box).world else { throw DayFault("\(lane.box) is off") }
        return world
    }

    func sensor(_ name: String, _ state: String, _ lane: DayFile.Lane) throws(DayFault) {
        let world = try world(lane)
        if state == "faulty" {
            // A contact that bounces: more edges within a second than any car makes.
            for edge in 0..<Self.edgesOfChatter { world.set("\(lane.name).\(name)", edge % 2 == 0) }
        } else {
            world.set("\(lane.name).\(name)", state == "active")
        }
        usleep(200_000)
    }

    private static let edgesOfChatter = 240

    func setBoom(isStuck: Bool, _ lane: DayFile.Lane) throws(DayFault) {
        try world(lane).setStuck(lane.name, isStuck)
    }

    func waitUntilDown(_ lane: DayFile.Lane, milliseconds: Int64) throws(DayFault) -> Bool {
        try world(lane).waitUntilDown(lane.name, seconds: milliseconds / 1_000)
    }

    func setCamera(isSilent: Bool, _ lane: DayFile.Lane) throws(DayFault) {
        let world = "\(lane.box)/\(lane.name)"
        silent.withLock { if isSilent { $0.insert(world) } else { $0.remove(world) } }
        try beat()
    }

    /// Every camera that the boards watch says that it is there, unless it is silent.
    func beat() throws(DayFault) {
        for box in rig.day.boxes {
            let member = try rig.member(box)
            for lane in member.watchedLanes where !silent.withLock({ $0.contains("\(box)/\(lane)") }) {
                let camera = CameraStandIn(id: "\(lane)-camera", make: .vzenith(inGB2312: false), port: member.port)
                // A box whose power is cut hears nothing.
                _ = try? camera.push(Array("{\"heartbeat\":{\"countid\":1}}".utf8))
            }
        }
    }

    func act(_ act: DayAct, _ lane: DayFile.Lane) throws(DayFault) {
        if case .turnsBack(let plate) = act { return try push(plate, at: lane, trigger: 66) }
        let now = WallClock.now().milliseconds + rig.clock.offset
        try give(lane) { try Self.order(act, at: $0, now: now) }
    }

    private static func order(_ act: DayAct, at lane: LaneID, now: Int64) throws -> DeskOrder {
        let why = "the driver asked"
        switch act {
        case .admit: return .admit(lane: lane, why: "known to the house")
        case .passDebtor: return .passDebtor(lane: lane, why: "pays tomorrow")
        case .correct(let plate): return .correctPlate(lane: lane, try Plate(plate), stay: nil, why: why)
        case .requestTicket: return .ticket(lane: lane, why: why)
        case .lostTicket: return .lostTicket(lane: lane, stay: nil, why: why)
        case .presentTicket(let text): return .presentTicket(lane: lane, text)
        case .nameStay(let stay): return .chooseStay(lane: lane, try StayID(stay), why: why)
        case .writeEntry(let plate, let minutes):
            let entered = WallTime(milliseconds: now - minutes * 60_000)
            return .writeEntry(lane: lane, try Plate(plate), .small, entered: entered, why: why)
        case .setEntryTime(let stay, let minutes):
            let entered = WallTime(milliseconds: now - minutes * 60_000)
            return .setEntryTime(lane: lane, try StayID(stay), entered: entered, why: why)
        case .turnsBack: throw DemoError("a camera says that a car turns back, and nobody orders it")
        case .reset: return .serviceReset(lane: lane, why: "looked at it")
        case .openShift(let fen): return .openShift(float: Fen(fen))
        case .closeShift(let fen):
            var (left, counts) = (fen, [Fen: Int64]())
            for value in CashCount.values where left >= value.count {
                counts[value] = left / value.count
                left %= value.count
            }
            return .closeShift(counts: counts, next: nil, left: nil)
        }
    }

    // MARK: - The phone and the sign

    func payOnPhone(_ plate: String) throws(DayFault) {
        var before: [String: Int] = [:]
        for box in rig.day.boxes { before[box] = try recordCount(box) }
        try attempt("the phone") {
            _ = try payOrder(plate)
            try rig.wait("a box has heard that \(plate) is paid") {
                for box in rig.day.boxes {
                    for case .stayPrepaid in try records(box, after: before[box] ?? 0) { return true }
                }
                return false
            }
        }
    }

    /// Somebody finds the plate on the phone's page, orders what is due, and pays it; the platform knows.
    /// - Returns: the order, and what was paid.
    func payOrder(_ plate: String) throws -> (order: PaymentID, amount: Fen) {
        guard let amount = try due(plate) else { throw DemoError("nothing is due for \(plate)") }
        let key = "rehearsed-\(BootClock.now().nanoseconds)"
        let made = try ask(
            "/p/centre/pay", "{\"plate\":\"\(plate)\",\"amount\":\"\(amount.count)\",\"key\":\"\(key)\"}")
        guard let order = try made["order"]?.string.map(PaymentID.init) else {
            throw DemoError("no order for \(plate)")
        }
        try rig.pay("--payment", order.description)
        try rig.wait("\(plate) is paid on the phone") { try state(of: order) == "paid" }
        return (order, amount)
    }

    /// What the phone's page says is due for a plate; nil: nothing.
    func due(_ plate: String) throws -> Fen? {
        let page = try ask("/p/centre", "{\"plate\":\"\(plate)\"}")
        guard let amount = page["amount"]?.integer else { return nil }
        return Fen(amount)
    }

    /// What the phone's page says of an order: `waiting`, `paid`, `givenBack` or `over`.
    func state(of order: PaymentID) throws -> String? { try look("/o/\(order)")["state"]?.string }

    private func ask(_ path: String, _ body: String) throws -> JSONNode {
        try node(
            path,
            HTTPPush.send(
                port: rig.phonePort, path: path,
                headers: ["Content-Type": "application/json", "Accept": "application/json"], body: Array(body.utf8)))
    }

    private func look(_ path: String) throws -> JSONNode {
        try node(
            path, HTTPPush.send("GET", port: rig.phonePort, path: path, headers: ["Accept": "application/json"]))
    }

    private func node(_ path: String, _ answer: HTTPPush.Answer?) throws -> JSONNode {
        guard let answer, answer.status == 200 else {
            let text = String(decoding: answer?.body ?? [], as: UTF8.self)
            throw DemoError("\(path) was answered \(answer?.status ?? 0) \(text)")
        }
        return try JSONNode.parse(answer.body, dialect: .json)
    }

    func paySign(_ lane: DayFile.Lane) throws(DayFault) {
        try attempt("the sign of \(lane.box)/\(lane.name)") {
            var code: String?
            try rig.wait("it shows a code") {
                code = try shown(lane)?["code"]?.string
                return code != nil
            }
            try rig.pay("--code", code ?? "")
        }
    }

    func sign(_ lane: DayFile.Lane) throws(DayFault) -> String {
        try attempt("the sign of \(lane.box)/\(lane.name)") { try shown(lane)?["en"]?.string ?? "" }
    }

    private func shown(_ lane: DayFile.Lane) throws -> JSONNode? {
        try rig.status(lane.box)["signs"]?.array?.first { $0["lane"]?.string == lane.name }
    }

    func setClockError(_ box: String, minutes: Int64) throws(DayFault) {
        rig.setClockError(try rig.member(box), milliseconds: minutes * 60_000)
    }
}
