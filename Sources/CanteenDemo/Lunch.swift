import DemoParts
import Host
import JSONText
import StandIns
import Vocabulary
import Wire

/// The scripted lunch: what people, terminals, cashiers, networks and power do.
struct Lunch {
    let rig: CanteenRig
    let story: Story

    private var box: CanteenRigBox { rig.box }
    private static let pupils = ["p1", "p2", "p3", "p4", "p5", "p6"]

    func run() throws {
        try morning()
        try lunchBegins()
        try peopleAtTheGate()
        try mishaps()
        try networkCut()
        try till()
        try closing()
    }

    // MARK: - Before lunch

    private func morning() throws {
        story.chapter("The morning: people and money come in by file")
        try rig.setClock(10, 50)
        try rig.startPlatform()
        let people = try rig.takeIn(
            """
            person,name,group,cards,dayAmount
            p1,张小三,pupil,0000000001,
            p2,李小明,pupil,0000000002,
            p3,王小红,pupil,0000000003,
            p4,赵小刚,pupil,0000000004,
            p5,陈小兰,pupil,0000000005,20.00
            p6,刘小军,pupil,0000000006,
            t1,周老师,staff,0000000099,

            """)
        say("platform", "people: \(people)")
        try rig.enrol(Lunch.pupils + ["t1"])
        let lines = Lunch.pupils.map { "\($0),nutrition,132.00,,this-month\n" }.joined()
        do {
            let bad = "p2,nutrition,-6.00,,oops\np1,nutrition,132.00,,this-month\n"
            _ = try rig.issue("person,purse,amount,expires,reference\n\(lines)\(bad)")
            throw DemoError("a bad issue file was taken")
        } catch let findings as Findings {
            say("platform", "an issue file with \(findings.list.count) faults: nothing of it was taken")
            for finding in findings.list { say("", "  \(finding)") }
        }
        say("platform", "subsidy: \(try rig.issue("person,purse,amount,expires,reference\n\(lines)"))")
        try rig.topUp(Lunch.pupils + ["t1"], 5_000, reference: "slip-1")
        say("platform", "50.00 yuan paid in for each by their parents")
        try rig.start()
        let story = story
        try story.follow(box.journal, from: 1) { event in
            if let (place, text) = CanteenNarrator.words(event) { story.say(place, text) }
        }
        try rig.waitForPeople(7, faces: 7)
        say("box", "knows 7 people; all faces are on the terminal, which was sent \(box.terminal.orders.count) orders")
        try rig.wait("money is lent", seconds: 30) { try rig.readyOffline(box) == 7 }
        say("box", "has money of 7 people set aside for it: they can eat while the network is gone")
    }

    private func lunchBegins() throws {
        story.chapter("12:00, lunch")
        try rig.setClock(12, 0)
        try rig.takeIn("person,name,group,cards\np7,孙小美,pupil,0000000007\np8,吴小龙,pupil,0000000008\n")
        try rig.enrol(["p7", "p8"])
        try rig.topUp(["p7", "p8"], 5_000, reference: "slip-1")
        try rig.waitForPeople(9, faces: 9)
        say("box", "two new pupils have come to the list, and to the terminal")
    }

    // MARK: - At the gate

    private func peopleAtTheGate() throws {
        story.chapter("People come")
        try eats("p7", "new, so the platform is asked")
        try eats("p1", "from money lent to this box")
        try hears("p1", "the same pupil again: one meal", "Already counted, please go on")
        say(box.name, "0000000002 on the card reader")
        try card("0000000002")
        try hears("stranger", "a face that nobody knows", "We do not know this face")
        try closeFaces()
        say(box.name, "the terminal sends yesterday's records again")
        for person in ["p2", "p3", "p4"] { box.terminal.see(person, secondsAgo: 86_400, isStored: true) }
        guard box.terminal.wait({ $0.unanswered == 0 }) else { throw DemoError("old records are not answered") }
        say(box.name, "  answered, and nobody is charged")
    }

    /// The box itself compares what a module without a memory of its own sees.
    private func closeFaces() throws {
        let twin = FaceModuleStandIn.face(4), other = FaceModuleStandIn.face(5)
        try box.enrol("p4", twin)
        try box.enrol("p5", FaceModuleStandIn.between(twin, other, hundredths: 95))
        say(box.name, "a face that is as much p4 as p5, at the face module")
        let before = try box.screenNumber(), openings = box.openings
        try rig.wait("the screen says it") {
            rig.module.see(twin)
            let screen = try box.screen()
            return (screen["number"]?.integer ?? 0) > before
                && CanteenRigBox.words(screen).contains("One person at a time")
        }
        say(box.name, try box.shown())
        guard box.openings == openings else { throw DemoError("it opened for one of two close faces") }
    }

    private func mishaps() throws {
        story.chapter("Nobody passes, or two do")
        box.world?.setWalking([])
        let before = try box.screenNumber()
        let openings = box.openings
        say(box.name, "p3 comes, pays, and goes away")
        box.show("p3")
        _ = try box.waitForOpening(openings + 1, "p3 comes")
        try box.waitForText("Not passed: the charge is undone", after: before)
        say(box.name, try box.shown())
        box.world?.setWalking([box.name])
        try eats("p3", "comes back and eats")
        try eats("p4", "and somebody slips in behind")
        box.world?.walk(through: box.name)
        try rig.wait("the alarm is told") { try box.records().contains { "\($0)".contains("twoOnOne") } }
    }

    private func networkCut() throws {
        story.chapter("The network is cut")
        try box.cutNetwork()
        try eats("p5", "lent to this box: eats at once")
        try hears("p8", "nothing is lent for this one", "")
        story.chapter("And the power goes")
        box.cutPower()
        say("box", "killed; started again")
        try box.start()
        try hears("p5", "has eaten: the disk remembers", "Already")
        try eats("p6", "lent before the cut: eats")
        let queued = try box.status()["queued"]?.integer ?? 0
        say("box", "\(queued) records wait on its disk")
        try box.mendNetwork()
        try rig.waitUntilDelivered()
        say("box", "the network is back, everything that waited is confirmed")
        try eats("p8", "now the platform can be asked")
    }

    // MARK: - At the till

    private func till() throws {
        story.chapter("At the till")
        say("till-1", "the cashier touches milk and crisps; a teacher shows the card")
        let before = try box.screenNumber("till-1")
        try order("item", "till-1") {
            $0.field("item", "milk")
            $0.field("count", 1)
        }
        try order("item", "till-1") { $0.field("item", "crisps") }
        try box.waitForText("7.50", at: "till-1", after: before)
        try order("present", "till-1") { $0.field("card", "0000000099") }
        try box.waitForText("Paid 7.50", at: "till-1")
        say("till-1", try box.shown("till-1"))
        let sale = try lastSale("till-1")
        say("till-1", "it was the wrong person: a supervisor corrects it, and says why")
        try order("correct", "till-1") {
            $0.field("sale", sale)
            $0.field("why", "wrong person")
        }
        try box.waitForText("7.50 yuan given back", at: "till-1")
        say("till-1", try box.shown("till-1"))
    }

    private func lastSale(_ lane: String) throws -> String {
        let till = try box.board()["tills"]?.array?.first { $0["id"]?.string == lane }
        guard let sale = till?["last"]?.array?.first?["sale"]?.string else { throw DemoError("\(lane) shows no sale") }
        return sale
    }

    private func closing() throws {
        story.chapter("Lunch is over")
        try order("close", box.name)
        try rig.wait("the report is closed") { try box.board()["reports"]?.array?.isEmpty == false }
        guard let report = try box.board()["reports"]?.array?.first?["id"]?.string else { return }
        let token = try box.token()
        let csv = try HTTPPush.send(
            "GET", port: box.port, path: "/periods/\(report)/csv", headers: ["Authorization": "Bearer \(token)"])
        say("box", "report \(report), as CSV:")
        for line in String(decoding: csv?.body ?? [], as: UTF8.self).split(whereSeparator: \.isNewline) {
            say("", "  \(line)")
        }
        guard csv?.status == 200 else { throw DemoError("there is no report \(report)") }
    }

    // MARK: - Scenes

    private func say(_ place: String, _ text: String) { story.say(place, text) }

    private func eats(_ person: String, _ why: String) throws {
        say(box.name, "\(person) before the terminal (\(why))")
        let passages = try passages(), before = try box.screenNumber()
        try box.pass(person)
        try box.waitForText("Paid", after: before)
        say(box.name, try box.shown())
        try rig.wait("\(person) has passed") { try self.passages() > passages }
    }

    private func card(_ number: String) throws {
        let openings = box.openings, passages = try passages()
        let before = try box.screenNumber()
        rig.showCard(number)
        _ = try box.waitForOpening(openings + 1, "a card is shown")
        try box.waitForText("Paid", after: before)
        say(box.name, try box.shown())
        try rig.wait("who showed the card has passed") { try self.passages() > passages }
    }

    /// Somebody comes for whom nothing opens.
    private func hears(_ person: String, _ why: String, _ words: String) throws {
        say(box.name, "\(person) before the terminal (\(why))")
        let before = try box.screenNumber(), openings = box.openings
        box.show(person)
        try rig.wait("the screen says it") {
            let screen = try box.screen()
            let text = CanteenRigBox.words(screen)
            return (screen["number"]?.integer ?? 0) > before && text.contains(words) && !text.contains("One moment")
        }
        say(box.name, try box.shown())
        guard box.openings == openings else { throw DemoError("it opened for \(person)") }
    }

    private func passages() throws -> Int {
        try box.records().reduce(0) { count, event in
            if case .passage(_, _, .passed) = event { count + 1 } else { count }
        }
    }

    private func order(_ word: String, _ lane: String, _ members: (inout JSONWriter) -> Void = { _ in }) throws {
        let status = try box.order(word, at: lane, members)
        guard status == 202 else { throw DemoError("the box answers \(status) to \(word) at \(lane)") }
    }
}
