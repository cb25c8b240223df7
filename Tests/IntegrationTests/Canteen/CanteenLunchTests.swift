import CanteenDemo
import DemoParts
import JSONText
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// The one path through all of it, on a real broker, real processes and a face terminal's real topics.
@Suite("A canteen's lunch on real processes", .serialized)
struct CanteenLunchTests {
    @Test("a pupil's face pays the meal from subsidy and cash, online; the screen shows the purses; the books agree")
    func paidOnline() throws {
        let rig = try CanteenRig.running()
        try rig.box.pass("p1")
        try rig.box.waitForText("Paid 8.00 yuan")
        let screen = try rig.box.screen()
        #expect(screen["who"]?.string == "张*1")
        let purses = (screen["purses"]?.array ?? []).map { purse in
            "\(purse["en"]?.string ?? "") \(purse["paid"]?.string ?? "-") \(purse["left"]?.string ?? "-")"
        }
        #expect(purses == ["Meal subsidy ¥6.00 ¥126.00", "Hardship subsidy - ¥0.00", "Prepaid ¥2.00 ¥48.00"])
        try rig.wait("the passage is on record") { try rig.box.passages == [.passed] }
        let books = try rig.finishAndCheck()
        #expect(try rig.box.taken.online.count == 1, "\(books.text)")
    }

    @Test("presented twice within the time of one, a meal is paid once and the way opens once")
    func duplicate() throws {
        let rig = try CanteenRig.running()
        try rig.box.pass("p1")
        try rig.wait("the passage is on record") { try rig.box.passages == [.passed] }
        try rig.box.waitForText("Paid 8.00")
        rig.box.show("p1")
        try rig.box.waitForText("Already counted, please go on")
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.count == 1)
        #expect(rig.box.openings == 1)
    }

    @Test("a face that the terminal does not know opens nothing, and is told what to do")
    func unknownFace() throws {
        let rig = try CanteenRig.running()
        rig.box.show("nobody")
        try rig.box.waitForText("We do not know this face")
        #expect(rig.box.openings == 0)
        try rig.finishAndCheck()
    }

    @Test("two faces too close to tell apart open nothing; one that is nobody else's pays; a photo pays nothing")
    func closeFaces() throws {
        let rig = try CanteenRig.running()
        let twin = FaceModuleStandIn.face(1), other = FaceModuleStandIn.face(3)
        try rig.box.enrol("p1", twin)
        try rig.box.enrol("p2", FaceModuleStandIn.between(twin, FaceModuleStandIn.face(2), hundredths: 95))
        try rig.box.enrol("p3", other)
        func shown(_ face: [Float], isLive: Bool = true, says text: String) throws {
            try rig.wait("the screen says \"\(text)\"") {
                rig.module.see(face, isLive: isLive)
                return try rig.box.text().contains(text)
            }
        }
        try shown(twin, says: "One person at a time")
        try shown(other, isLive: false, says: "Please show your own face")
        #expect(rig.box.openings == 0)
        rig.module.see(other)
        _ = try rig.box.waitForOpening(1, "p3 comes")
        try rig.wait("the passage is on record") { try rig.box.passages == [.passed] }
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.values.map { $0.instrument.holder?.key } == ["p3"])
    }

    @Test("not passed in time: the money goes back to its purses, and the meal may be had again")
    func notPassed() throws {
        let rig = try CanteenRig.running(
            change: { $0.replacing("passWithinSeconds: 3", with: "passWithinSeconds: 1") })
        rig.box.world?.setWalking([])
        try rig.box.pass("p1")
        try rig.box.waitForText("Not passed: the charge is undone")
        try rig.wait("it is undone") { try rig.box.taken.reversed.count == 1 }
        #expect(try rig.purses(of: "p1").mapValues { $0.balance + $0.lent }["cash"] == 5_000)
        rig.box.world?.setWalking(["gate-1"])
        try rig.box.pass("p1")
        try rig.wait("the passage is on record") { try rig.box.passages == [.notPassed, .passed] }
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.count == 1)
    }

    @Test("two people on one opening: an alarm, and one meal")
    func twoOnOne() throws {
        let rig = try CanteenRig.running()
        try rig.box.pass("p1")
        try rig.wait("the passage is on record") { try rig.box.passages == [.passed] }
        rig.box.world?.walk(through: "gate-1")
        try rig.wait("the alarm is on record") { try rig.box.alarms == ["twoOnOne"] }
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.count == 1)
    }

    @Test("the fire contact holds the turnstile open until it is over, and nobody pays meanwhile")
    func emergency() throws {
        let rig = try CanteenRig.running()
        rig.box.world?.set("fire", true)
        #expect(rig.box.world?.wait(until: "gate-1.open", isHeld: true) == true)
        try rig.box.waitForText("the way is open")
        rig.box.show("p1")
        rig.box.world?.walk(through: "gate-1")
        rig.box.world?.set("fire", false)
        #expect(rig.box.world?.wait(until: "gate-1.open", isHeld: false) == true)
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.isEmpty)
    }

    @Test("a terminal that sends yesterday's records, or has the wrong time, charges nobody")
    func replayed() throws {
        let rig = try CanteenRig.running()
        rig.box.terminal.see("p1", secondsAgo: 86_400)
        rig.box.terminal.see("p2", secondsAgo: 86_390, isStored: true)
        #expect(rig.box.terminal.wait { $0.unanswered == 0 })
        rig.box.terminal.behave { $0.clockOffSeconds = 3_600 }
        rig.box.terminal.see("p3")
        #expect(rig.box.terminal.wait { $0.unanswered == 0 })
        rig.box.terminal.behave { $0.clockOffSeconds = 0 }
        try rig.box.pass("p3")
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.values.map { $0.instrument.holder?.key } == ["p3"])
    }
}
