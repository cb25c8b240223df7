import BenchSupport
import CanteenDemo
import Glibc
import Host
import StandIns
import Vocabulary

/// A canteen with many pupils, whose box has been warmed up.
final class BenchCanteen {
    /// Meals that are not measured: the first ones of a process.
    static let warmup = 20

    let rig: CanteenRig
    private let people: Int

    /// - Parameter lends: everybody's money is lent to the box before lunch; else none ever is.
    init(people: Int, lends: Bool) throws {
        self.people = people
        let project = BenchCanteen.project
        rig = try CanteenRig(
            programs: Programs.folder, scenario: "\(project)/Scenarios/canteen/school-hall.json5",
            hardware: "\(project)/Hardware/canteen-twin.json5",
            change: { text in
                // Short pulses, so that the next may come soon.
                let text = text.replacing("pulseMilliseconds: 300", with: "pulseMilliseconds: 40")
                return lends ? text : BenchCanteen.withoutLeases(text)
            })
        try rig.setClock(10, 55)
        try rig.startPlatform()
        let names = (0..<people).map { "p\($0)" }
        try rig.takeIn(
            "person,name,group,cards\n"
                + names.enumerated().map { "\($1),张小\($0),pupil,\(BenchCanteen.card($0))\n" }.joined())
        try rig.enrol(names)
        try rig.topUp(names, 5_000, reference: "slip-1")
        try rig.issue(
            "person,purse,amount,expires,reference\n" + names.map { "\($0),nutrition,132.00,,this-month\n" }.joined())
        try rig.start()
        try rig.waitForPeople(Int64(people), faces: people)
        if lends {
            try rig.wait("money for everybody is lent", seconds: 120) {
                try rig.readyOffline(rig.box) == Int64(people)
            }
        }
        try rig.waitUntilDelivered()
        try rig.setClock(12, 0)
        _ = try meals(0..<BenchCanteen.warmup)
    }

    /// The project's folder: script/bench starts there.
    private static let project = String(cString: getcwd(nil, 0))

    private static func withoutLeases(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("  leases: {") }),
            let end = lines[start...].firstIndex(where: { $0.hasPrefix("  leasesAhead") })
        else { return text }
        return (lines[..<start] + lines[(end + 1)...]).joined(separator: "\n")
    }

    private static func card(_ number: Int) -> String {
        let digits = "\(number + 1)"
        return String(repeating: "0", count: 10 - digits.count) + digits
    }

    /// These people eat, one after the other, each walking through.
    /// - Returns: nanoseconds from the face or card to the relay, of each.
    func meals(_ people: Range<Int>, byCard: Bool = false) throws -> [Int64] {
        var spans: [Int64] = []
        for person in people {
            let number = rig.box.openings + 1
            let start = BootClock.now()
            if byCard {
                rig.showCard(BenchCanteen.card(person))
            } else {
                rig.box.show("p\(person)")
            }
            let opened = try rig.box.waitForOpening(number, byCard ? "card \(person)" : "p\(person)")
            spans.append((opened - start).nanoseconds)
            // Until the one before is out of the sensor and the relay's pulse is over.
            usleep(120_000)
        }
        return spans
    }

    @discardableResult
    func finish() throws -> CanteenBooks {
        let books = try rig.settle()
        guard books.differences == 0 else { throw BenchError("box and platform differ:\n\(books.text)") }
        return books
    }
}
