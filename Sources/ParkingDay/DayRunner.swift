internal import Vocabulary

/// Plays a day act by act, and says what was not as expected.
public struct DayRunner {
    private enum Act {
        case enters(DayFile.Car)
        case leaves(DayFile.Car, number: Int)
        case event(DayFile.Event)
        case scene(DayScene)

        /// Where a car passes; nil for what goes wrong.
        var lane: DayFile.Lane? {
            switch self {
            case .enters(let car): car.entry
            case .leaves(let car, _): car.exit
            case .event, .scene: nil
            }
        }
    }

    /// Acts of the same minute keep this order: what goes wrong, then who leaves, then who comes.
    private static func plan(_ day: DayFile) -> [(minute: Int64, act: Act)] {
        var acts: [(minute: Int64, order: Int, act: Act)] = day.events.map { ($0.minute, 0, .event($0)) }
        acts += day.scenes.map { ($0.minute, 3, .scene($0)) }
        for (number, car) in day.cars.enumerated() {
            acts.append((car.leaves, 1, .leaves(car, number: number)))
            acts.append((car.enters, 2, .enters(car)))
        }
        return acts.enumerated().sorted {
            ($0.element.minute, $0.element.order, $0.offset) < ($1.element.minute, $1.element.order, $1.offset)
        }.map { ($0.element.minute, $0.element.act) }
    }

    /// - Parameter tell: hears at once what is not as expected.
    /// - Returns: the account of the day.
    /// - Throws: the stage itself did not work. What was not as expected is in the account.
    public static func run(
        _ day: DayFile, on stage: any DayStage, tell: (String) -> Void = { _ in }
    ) throws(DayFault) -> DayAccount {
        var faults: [String] = []
        var player = ScenePlayer(boxes: day.boxes)
        var acts = plan(day)[...]
        while let (minute, act) = acts.first {
            try stage.setClock(minute: minute)
            guard act.lane != nil else {
                acts.removeFirst()
                let found = try happens(act, with: &player, on: stage).map { "\(clock(minute)) \($0)" }
                found.forEach(tell)
                faults += found
                continue
            }
            var lanes: [(lane: DayFile.Lane, acts: [Act])] = []
            while let (at, act) = acts.first, at == minute, let lane = act.lane {
                acts.removeFirst()
                if let place = lanes.firstIndex(where: { $0.lane == lane }) {
                    lanes[place].acts.append(act)
                } else {
                    lanes.append((lane, [act]))
                }
            }
            let works = lanes.map { _, acts in
                { () throws(DayFault) -> [String] in
                    var faults: [String] = []
                    for act in acts {
                        if let fault = passes(act, on: stage) { faults.append("\(clock(minute)) \(fault)") }
                    }
                    return faults
                }
            }
            let found = try stage.together(works)
            found.forEach(tell)
            faults += found
            guard faults.count <= mostFaults else {
                throw DayFault("the day was given up at its fault \(faults.count):\n" + faults.joined(separator: "\n"))
            }
        }
        try stage.settle()
        return try DayAccount(day, stage, faults)
    }

    /// What no camera should send, and the longest text that may be a plate.
    public static let nonsense = (0..<512).map { UInt8($0 * 7 & 0xFF) }, longestPlate = 16

    /// With more than so many faults a day is given up.
    static let mostFaults = 40

    /// What does not belong to one car: nothing else is under way meanwhile.
    private static func happens(
        _ act: Act, with player: inout ScenePlayer, on stage: any DayStage
    ) throws(DayFault) -> [String] {
        switch act {
        case .event(let event): try happens(event, on: stage).map { [$0] } ?? []
        case .scene(let scene): try player.play(scene, on: stage).map { "\(scene.name): \($0)" }
        case .enters, .leaves: []
        }
    }

    /// A stage that fails at one car goes on with the next.
    private static func passes(_ act: Act, on stage: any DayStage) -> String? {
        do throws(DayFault) {
            switch act {
            case .enters(let car): return try pass(car.plate, car.entry, on: stage)
            case .leaves(let car, let number): return try leave(car, number, on: stage)
            case .event, .scene: return nil
            }
        } catch { return error.description }
    }

    private static func pass(
        _ plate: String, _ lane: DayFile.Lane, on stage: any DayStage
    ) throws(DayFault) -> String? {
        try stage.read(plate, at: lane)
        guard stage.waitUntilUp(lane, milliseconds: 20_000) else {
            return "\(plate) stands at \(lane.box)/\(lane.name): its boom did not rise"
        }
        try stage.driveThrough(lane, cars: 1)
        return nil
    }

    /// How often somebody who pays at the gate tries, a second or two apart.
    static let mostAttempts = 8

    private static func leave(
        _ car: DayFile.Car, _ number: Int, on stage: any DayStage
    ) throws(DayFault) -> String? {
        let lane = car.exit
        switch car.pays {
        case .contract, .offline, .debt, .free: return try pass(car.plate, lane, on: stage)
        case .cash, .code, .waived:
            try stage.read(car.plate, at: lane)
            if stage.waitUntilUp(lane, milliseconds: 400) {
                try stage.driveThrough(lane, cars: 1)
                return "\(car.plate) was let out before it was paid for"
            }
            for _ in 0..<mostAttempts {
                switch car.pays {
                case .cash: try stage.takeCash(lane)
                case .code: try stage.present(code(number), lane)
                default: try stage.waive(lane)
                }
                // Who has shown a code waits for what becomes of it: another one would undo the first.
                if stage.waitUntilUp(lane, milliseconds: car.pays == .code ? 30_000 : 3_000) {
                    try stage.driveThrough(lane, cars: 1)
                    return nil
                }
            }
            return "\(car.plate) stands at \(lane.box)/\(lane.name): paying by \(car.pays.rawValue) did not open it"
        }
    }

    /// A phone's code; the sandbox network does nothing special on its ending.
    private static func code(_ number: Int) -> String {
        let digits = String(number)
        return "13" + String(repeating: "0", count: 12 - digits.count) + digits + "1155"
    }

    private static func happens(_ event: DayFile.Event, on stage: any DayStage) throws(DayFault) -> String? {
        let lane = event.lane
        switch event.oddity {
        case .nonsense, .longPlate:
            if event.oddity == .nonsense {
                try stage.sendNonsense(lane)
            } else {
                try stage.read(String(repeating: "粤B12345678", count: 20), at: lane)
            }
            if stage.waitUntilUp(lane, milliseconds: 1_500) { return "the boom rose on what no camera should send" }
        case .tailgate, .openByHand:
            try stage.openByHand(lane)
            guard stage.waitUntilUp(lane, milliseconds: 20_000) else { return "the boom did not rise for a person" }
            try stage.driveThrough(lane, cars: event.oddity == .tailgate ? 2 : 1)
        case .fire:
            try stage.setFire(true, lane)
            guard stage.waitUntilUp(lane, milliseconds: 20_000) else { return "the boom did not rise at the fire" }
            try stage.setFire(false, lane)
            stage.wait(seconds: 45)
        case .cutNetwork: try stage.setNetwork(lane.box, isCut: true)
        case .mendNetwork: try stage.setNetwork(lane.box, isCut: false)
        case .restartPlatform: try stage.restartPlatform()
        case .cutPower: try stage.cutPower(lane.box)
        }
        return nil
    }

    /// A minute of the day in words: `09:05`.
    public static func clock(_ minute: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}
