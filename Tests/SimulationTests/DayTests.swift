import JSONText
import ParkingDay
import Simulation
import Testing

@Suite("A scripted day at a car park of two boxes")
struct DayTests {
    static let day = Array(
        """
        {
          kind: "parking-day", boxes: ["garage-1", "garage-2"], lanes: ["entry-1", "exit-1"],
          events: [ { at: "07:30", lane: "garage-1/exit-1", do: "tailgate", expect: "tailgate" } ],
          permits: [ { plate: "苏X10001", kind: "barred" } ],
          scenes: [
            {
              name: "a barred plate", at: "07:01", lane: "garage-1/entry-1",
              steps: ["read 苏X10001", "stays down", "sees alarm barredPlate", "sign shows call the attendant"],
            },
            {
              name: "a manual entry", at: "07:03", lane: "garage-1/entry-1",
              steps: ["write 苏W10001 45", "sees deskAct entryWritten"], enters: 1,
            },
            {
              name: "paid on the phone", at: "07:04", lane: "garage-1/exit-1",
              steps: ["phone pays 苏W10001", "read 苏W10001", "up", "drive 1"], phone: [500],
            },
          ],
          cars: [
            { plate: "粤B12345", in: "garage-1/entry-1 07:00", out: "garage-2/exit-1 09:15", pays: "contract", expect: 1100 },
            { plate: "粤B22222", in: "garage-1/entry-1 07:05", out: "garage-1/exit-1 07:50", pays: "cash", expect: 500 },
          ],
        }
        """.utf8)

    private func edited(_ from: String, _ to: String) -> [UInt8] {
        let text = String(decoding: Self.day, as: UTF8.self)
        guard let range = text.firstRange(of: from) else { preconditionFailure("\(from) stands in the day") }
        return Array(text.replacingCharacters(range, to).utf8)
    }

    @Test(
        "524 cars, nine events and 40 oddities played step by step: boxes, platform and what was expected agree to the fen"
    )
    func wholeDay() throws {
        let file = Runs.path("Scenarios/days/parking-day.json5")
        let day = try DayFile(Runs.bytes(file), file: file)
        #expect(day.cars.count >= 500)
        #expect(Set(day.scenes.map(\.name)).count == 40)
        let account = try Simulation.run(day, scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(account.differences == 0, "\(account)")
    }

    @Test("what of the day is over before a time agrees too", arguments: [("02:00", 0), ("06:00", 0), ("11:35", 150)])
    func part(until: String, cars: Int) throws {
        let file = Runs.path("Scenarios/days/parking-day.json5")
        let day = try DayFile(Runs.bytes(file), file: file)
        let part = try day.before(until)
        #expect(part.cars.count >= cars && part.cars.count < day.cars.count)
        #expect(!part.scenes.isEmpty && part.scenes.count < day.scenes.count)
        #expect(!part.events.contains { $0.oddity == .cutNetwork }, "it is mended at 11:44")
        let account = try Simulation.run(part, scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(account.differences == 0, "\(account)")
        #expect(throws: DayFault.self) { try day.before("25:00") }
    }

    /// What a car park's lanes and gates must stand, and the scene's step, or the event, that shows that it happened.
    private static let oddities: [(oddity: String, shownBy: String)] = [
        ("tailgating", "tailgate"), ("turning back, seen by the camera", "turns back 苏X10001"),
        ("turning back, seen by the loop", "sees alarm turnedBack"), ("standing in the lane", "sees alarm standing"),
        ("two cars", "sees alarm twoCars"), ("reversing out", "sees alarm reversedOut"),
        ("obstruction", "sees alarm obstructed"), ("failed lift", "sees alarm didNotOpen"),
        ("failed lowering", "sees alarm didNotClose"), ("vandalism", "sees alarm armKnocked"),
        ("lifted by hand", "sees alarm movedByItself"), ("fire", "fire"), ("power-up", "cutPower"),
        ("stuck sensor", "sensor photocell active"), ("chattering sensor", "sensor photocell faulty"),
        ("plate not read", "sees alarm plateNotRead"), ("garbage of a camera", "nonsense"),
        ("a plate of 200 characters", "longPlate"), ("silent camera", "sees alarm cameraSilent-exit-2-camera"),
        ("wrong clock", "sees deskAct entryTimeSet"), ("no network", "cutNetwork"),
        ("platform away", "restartPlatform"),
        ("opened by hand", "openByHand"), ("barred", "sees alarm barredPlate"),
        ("already inside", "sees alarm plateAlreadyInside"), ("full", "sees decision hold full"),
        ("pass over, in grace", "sign shows Days of grace left: 1"),
        ("visit", "sign shows Outside the time of your visit"),
        ("debt shown", "sign shows are owed for earlier parking"), ("debt held", "sees decision hold owes"),
        ("debtor passed", "pass debtor"), ("misread", "sees decision hold severalCandidates"),
        ("corrected", "sees plateCorrected"), ("ticket", "show ticket"), ("lost ticket", "lost ticket"),
        ("manual entry", "sees deskAct entryWritten"), ("prepaid", "sees decision letOut prepaid"),
        ("code on the sign", "sign code paid"), ("declined", "sees payment declined 500 insufficientFunds"),
        ("cap", "sees payment approved 4000"), ("night tariff", "sees payment approved 1600"),
        ("cash count", "sees shiftClosed 10500 10400"),
    ]

    @Test("each oddity of a car park happens in the scripted day", arguments: oddities)
    func hasOddity(oddity: String, shownBy: String) throws {
        let file = Runs.path("Scenarios/days/parking-day.json5")
        let day = try DayFile(Runs.bytes(file), file: file)
        let step = try? DayStep(shownBy)
        #expect(
            day.events.contains { $0.oddity.rawValue == shownBy }
                || day.scenes.contains { scene in step.map { scene.steps.contains($0) } ?? false }, "\(oddity)")
    }

    @Test("a debt of the day that nobody collects is a difference, and so is one that is not to be")
    func collected() throws {
        let file = Runs.path("Scenarios/days/parking-day.json5")
        let text = String(decoding: Runs.bytes(file), as: UTF8.self)
        var day = try DayFile(Array(text.utf8), file: file)
        day.cars = Array(day.cars.prefix(1))
        day.events = day.events.filter { [.cutNetwork, .mendNetwork].contains($0.oddity) }
        day.scenes = day.scenes.filter { $0.name == "a debt collected at the exit" }
        let right = try Simulation.run(day, scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(right.differences == 0, "\(right)")
        for index in day.scenes.indices { day.scenes[index].collects = [] }
        let wrong = try Simulation.run(day, scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(wrong.differences == 2, "\(wrong)")
    }

    @Test(
        "an amount that is a fen off, a payment that is not as written and an alarm that never came are found",
        arguments: [
            ("expect: 1100", "expect: 1101"), ("pays: \"cash\", expect: 500", "pays: \"waived\", expect: 500"),
            ("expect: \"tailgate\"", "expect: \"fire\""), ("sees alarm barredPlate", "sees alarm fire"),
            ("\"stays down\"", "\"up\""), ("kind: \"barred\"", "kind: \"staff\""), ("enters: 1", "enters: 2"),
            ("call the attendant", "Free"), ("phone: [500]", "phone: [501]"), ("phone: [500]", "pays: [500]"),
        ])
    func wrongDay(from: String, to: String) throws {
        let right = try Simulation.run(
            DayFile(Self.day, file: "day"), scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(right.differences == 0, "\(right)")
        let wrong = try Simulation.run(
            DayFile(edited(from, to), file: "day"), scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(wrong.differences > 0)
    }

    @Test(
        "a step that nobody knows, or with a number that cannot be, is refused with its place",
        arguments: [
            "dance", "drive 0", "drive 6", "drive", "wait 7201", "sensor photocell maybe", "write 苏W10001 x",
            "camera off",
            "down 2",
        ])
    func refusedStep(step: String) throws {
        let error = #expect(throws: Findings.self) {
            try DayFile(edited("write 苏W10001 45", step), file: "day.json5")
        }
        #expect(error?.description.contains("scenes[1].steps[0]") == true)
    }

    @Test("the numbers of a step end where they should", arguments: ["drive 1", "drive 5", "wait 1", "wait 7200"])
    func bounds(step: String) throws { _ = try DayStep(step) }

    @Test(
        "a day that cannot be is refused with its place",
        arguments: [
            ("garage-2/exit-1 09:15", "garage-3/exit-1 09:15"), ("garage-2/exit-1 09:15", "garage-2/exit-1 07:00"),
            ("garage-2/exit-1 09:15", "garage-2/entry-1 09:15"), ("garage-2/exit-1 09:15", "garage-2/exit-1 24:00"),
            ("粤B22222", "粤B12345"),
        ])
    func refused(from: String, to: String) throws {
        let error = #expect(throws: Findings.self) { try DayFile(edited(from, to), file: "day.json5") }
        #expect(error?.description.contains("cars[") == true)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<String.Index>, _ text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
