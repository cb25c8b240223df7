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

    @Test("524 cars and nine oddities: boxes, platform and what was expected agree to the fen")
    func wholeDay() throws {
        let file = Runs.path("Scenarios/days/parking-day.json5")
        let day = try DayFile(Runs.bytes(file), file: file)
        #expect(day.cars.count >= 500)
        let account = try Simulation.run(day, scenario: Runs.twoBoxes, folder: "/dev/shm")
        #expect(account.differences == 0, "\(account)")
    }

    @Test(
        "an amount that is a fen off, a payment that is not as written and an alarm that never came are found",
        arguments: [
            ("expect: 1100", "expect: 1101"), ("pays: \"cash\", expect: 500", "pays: \"waived\", expect: 500"),
            ("expect: \"tailgate\"", "expect: \"fire\""),
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
