import CanteenDemo
import DemoParts
import Host
import JSONText
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What happens when parts of it go away, and come back.
@Suite("A canteen's outages", .serialized)
struct CanteenOutageTests {
    @Test("with the network cut, who has money lent passes at once, and who has none is told politely")
    func networkCut() throws {
        let rig = try CanteenRig.running(ready: true)
        try rig.takeIn("person,name,group,cards\np9,新同学,pupil,0000000009\n")
        try rig.enrol(["p9"])
        try rig.topUp(["p9"], 5_000, reference: "slip-1")
        try rig.waitForPeople(5, faces: 5)
        try rig.box.cutNetwork()
        try rig.box.pass("p1")
        rig.box.show("p9")
        try rig.box.waitForText("Please pay another way, or at the cash desk")
        #expect(try rig.box.text().contains("请换一种支付方式"))
        #expect(rig.box.openings == 1)
        try rig.box.mendNetwork()
        try rig.box.pass("p9")
        try rig.finishAndCheck()
        let taken = try rig.box.taken
        #expect(taken.lent.count == 1 && taken.online.count == 1)
        #expect(try rig.report().payments("approved").sum == Fen(1_600))
    }

    @Test(
        "the power goes in the middle of a meal paid from lent money: what opened is on disk, and it is paid once",
        arguments: [0, 1_000, 3_000, 6_000, 10_000, 20_000])
    func powerCut(microseconds: UInt32) throws {
        let rig = try CanteenRig.running(pupils: 1, ready: true)
        try rig.box.cutNetwork()
        rig.box.world?.setWalking([])
        rig.box.show("p1")
        Delay.spin(microseconds: microseconds)
        rig.box.program?.kill()
        let opened = rig.box.openings > 0
        if opened { #expect(try rig.box.taken.lent.count == 1, "it opened, so the record must be on disk") }
        rig.box.cutPower()
        try rig.box.start()
        // Who was not let in before is let in now; who was is let in again or told so. Either way one meal is paid.
        rig.box.show("p1")
        try rig.wait("the box knows what became of it") {
            try rig.box.taken.lent.count == 1 && (rig.box.openings > 0 || rig.box.text().contains("Already"))
        }
        try rig.box.mendNetwork()
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").count == 1)
        #expect(try rig.report().payments("approved").sum == Fen(800))
    }

    @Test("the power goes while the platform is being asked: restarted, the box asks for the same charge, paid once")
    func powerCutOnline() throws {
        let rig = try CanteenRig.running(pupils: 1)
        rig.platform?.pause(true)
        rig.box.show("p1")
        try rig.wait("the charge is on disk") {
            try rig.box.records().contains { if case .payment(.requested, _, _) = $0 { true } else { false } }
        }
        rig.box.cutPower()
        rig.platform?.pause(false)
        try rig.box.start()
        try rig.wait("it is known what became of it") { try rig.box.taken.online.count == 1 }
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").count == 1)
    }

    @Test("a platform that hangs: who has money lent eats at once, who has none waits for the deadline and is told")
    func platformHangs() throws {
        let rig = try CanteenRig.running(ready: true)
        rig.platform?.pause(true)
        try rig.box.pass("p1")
        rig.platform?.pause(false)
        try rig.finishAndCheck()
        #expect(try rig.box.taken.lent.count == 1)
    }

    @Test("two boxes cannot overspend one purse, with one of them cut off")
    func twoBoxes() throws {
        let rig = try CanteenRig.running(
            pupils: 1, boxes: ["gate-1", "gate-2"],
            change: {
                $0.replacing(
                    "item: \"lunch\", itemClass: \"meal\"",
                    with: "item: \"lunch\", itemClass: \"snack\", secondHelping: { most: 9 }"
                ).replacing("duplicateSeconds: 60", with: "duplicateSeconds: 1")
            })
        // 50.00 in cash, at 8.00 a meal: six meals at most, wherever they are had.
        let (first, second) = (rig.boxes[0], rig.boxes[1])
        try first.pass("p1")
        try rig.wait("money is lent to the first box", seconds: 30) { try rig.readyOffline(first) == 1 }
        try first.cutNetwork()
        var meals = 1
        for box in [first, second, first, second, first, second, first, second] {
            let before = box.openings, number = try box.screenNumber()
            try rig.wait("the one before is forgotten") {
                box.show("p1")
                return try box.screenNumber() > number && !box.text().contains("Already")
                    && !box.text().contains("One moment")
            }
            if box.openings > before { meals += 1 }
        }
        #expect((3...6).contains(meals), "\(meals) meals for 50.00 yuan")
        try first.mendNetwork()
        try rig.finishAndCheck()
        let purse = try rig.purses(of: "p1")["cash"]
        #expect(try #require(purse?.balance) >= 0)
        #expect(try rig.report().payments("approved").sum.count <= 5_000)
    }

    @Test("who has eaten at one gate has eaten at the other, which learns it at once, or when it is back")
    func mealsElsewhere() throws {
        let rig = try CanteenRig.running(
            pupils: 3, ready: true, boxes: ["gate-1", "gate-2"],
            change: { $0.replacing("duplicateSeconds: 60", with: "duplicateSeconds: 0") })
        let (first, second) = (rig.boxes[0], rig.boxes[1])
        try first.pass("p1")
        try rig.wait("the other gate knows") { try second.mealsElsewhere == 1 }
        second.show("p1")
        try second.waitForText("You have had this meal")
        // Two meals that the other gate cannot hear of: one here, and one that is undone.
        try second.cutNetwork()
        try first.pass("p2")
        first.world?.setWalking([])
        first.show("p3")
        try rig.wait("nobody passed") { try first.passages.contains(.notPassed) }
        try second.mendNetwork()
        try rig.wait("the other gate has learnt what it missed") { try second.mealsElsewhere == 3 }
        second.show("p2")
        try second.waitForText("You have had this meal")
        #expect(second.openings == 0)
        try second.pass("p3")
        try rig.finishAndCheck()
    }

    @Test("a terminal that was replaced gets everybody anew, and the gate goes on")
    func terminalReplaced() throws {
        let rig = try CanteenRig.running()
        rig.box.terminal.turnOff()
        rig.box.terminal.reset()
        #expect(rig.box.terminal.people.isEmpty)
        try rig.box.terminal.turnOn()
        #expect(try rig.box.order("terminalReplaced") == 202)
        try rig.waitForPeople(4, faces: 4)
        try rig.box.pass("p1")
        try rig.finishAndCheck()
    }

    @Test("whose contract has ended is gone from the terminal, and is not let in")
    func contractEnds() throws {
        let rig = try CanteenRig.running()
        try rig.end("p2")
        try rig.wait("the terminal has forgotten the face", seconds: 30) { rig.box.terminal.people["p2"] == nil }
        rig.box.show("p2")
        try rig.box.waitForText("We do not know this face")
        #expect(rig.box.openings == 0)
        try rig.finishAndCheck()
    }
}
