internal import BoxRules
internal import Canteen
internal import Vocabulary
internal import Wire

/// By what somebody makes themselves known.
enum VisitorMeans: String, CaseIterable, Sendable { case face, card, wrongCard, stranger, notLive }

/// Somebody who comes to a gate to eat.
final class Visitor {
    enum Passing: String, CaseIterable, Sendable {
        case passes
        /// Opens the way and does not go.
        case staysOut
        /// Takes somebody along on the same opening.
        case two
    }

    /// nil: nobody knows who it is.
    let member: School.Member?
    let means: VisitorMeans
    let passing: Passing
    /// Shows themselves once more after eating: no visit of its own.
    let isDuplicate: Bool
    /// What the display must say in the end, and the scene that wants it; nil: whatever the rules say.
    let expect: (word: String, scene: String)?
    /// When the person first showed themselves, and when it opened or was refused.
    var presented: Int64?
    var answered: Int64?
    var tries = 0
    /// Behind somebody else for whose passage the turnstile still waits.
    var isBehindAnother = false
    var word: String?
    var isLetIn = false
    /// Whether the meal it opened for is paid, and whether the person went through.
    var isPaid = false
    var isThrough = false
    /// Opened for a meal of its own, and not once more for one before.
    var isNew = false
    /// Comes once more to the same meal.
    var isSecond = false

    init(
        _ member: School.Member?, _ means: VisitorMeans, _ passing: Passing = .passes, isDuplicate: Bool = false,
        expect: (word: String, scene: String)? = nil
    ) {
        (self.member, self.means, self.passing, self.isDuplicate) = (member, means, passing, isDuplicate)
        self.expect = expect
    }
}

/// A turnstile as it stands in the canteen: a terminal, a relay, a passage sensor, and the people before it.
final class VirtualGate {
    /// So often somebody shows themselves before they go away hungry, and so long they wait for an answer each time.
    private static let mostTries = 6
    private static let patience = VirtualTime.seconds(6)

    unowned let box: SimulatedBox
    let lane: CanteenLane
    let judge: WeekChecker
    private var line: [Visitor] = []
    private var first = 0
    private(set) var current: Visitor?
    private var isFree = true
    private var seen: Int64 = 0
    private(set) var isHeld = false
    /// The terminal numbers its records, and keeps them.
    private var records: [Presentation] = []
    private let terminal: Slug
    /// Somebody whose turn is over may come again.
    var afterwards: (Visitor, VirtualGate) -> Void = { _, _ in }

    init(_ box: SimulatedBox, _ lane: CanteenLane, _ judge: WeekChecker) {
        self.box = box
        self.lane = lane
        self.judge = judge
        terminal = SchoolWeek.slug("face-\(box.index + 1)")
    }

    private var world: World { box.world }
    private var sensor: String { lane.turnstile?.sensor ?? "" }

    // MARK: - The line before it

    /// - Parameter isFirst: at the head of the line, as who has not left the terminal yet.
    func arrive(_ visitor: Visitor, isFirst: Bool = false) {
        if isFirst { line.insert(visitor, at: first) } else { line.append(visitor) }
        considerNext()
    }

    private func considerNext() {
        guard isFree, first < line.count else { return }
        isFree = false
        let visitor = line[first]
        first += 1
        if first > 256 {
            line.removeFirst(first)
            first = 0
        }
        current = visitor
        world.after(box.dice.between(200_000, 500_000)) { self.present(visitor) }
    }

    private func present(_ visitor: Visitor) {
        guard current === visitor, visitor.answered == nil else { return }
        if isHeld {
            // Nobody stops to be looked at.
            visitor.word = "emergency"
            return leave(visitor, after: 800_000)
        }
        guard visitor.tries < VirtualGate.mostTries else {
            visitor.word = "nothing"
            judge.leftHungry(visitor, self)
            return leave(visitor, after: 0)
        }
        visitor.tries += 1
        if visitor.presented == nil { visitor.presented = world.now }
        visitor.isBehindAnother = visitor.isBehindAnother || box.isGateBusy(lane.id)
        world.note("shows", box.number, "\(visitor.member?.name ?? "a stranger") at \(self.box.device)")
        // The screen of whoever stood there before says nothing to this one.
        seen = box.screen(of: lane.id)?.number ?? seen
        judge.presents(visitor, self)
        tell(visitor)
        let tries = visitor.tries
        world.after(VirtualGate.patience) { if visitor.tries == tries { self.present(visitor) } }
    }

    private func tell(_ visitor: Visitor) {
        switch (visitor.means, visitor.member) {
        case (.notLive, _): box.tell(.own(.till(.notKnown(lane.id, .notLive))))
        case (.stranger, _), (_, nil): box.tell(.own(.till(.notKnown(lane.id, .unknown))))
        case (.face, let member?):
            let similarity = box.dice.between(620, 990)
            let presentation = Presentation(
                .holder(member.holder), by: .face, similarity: similarity, isLive: true,
                source: .init(terminal: terminal, number: Int64(records.count + 1), at: world.wall))
            records.append(presentation)
            box.tell(.own(.till(.presented(lane.id, presentation))))
        case (.wrongCard, _): box.tell(.own(.till(.presented(lane.id, Presentation(.card("0000000000"), by: .card)))))
        case (.card, let member?):
            box.tell(.own(.till(.presented(lane.id, Presentation(.card(member.card), by: .card)))))
        }
    }

    /// The terminal sends again what it sent long ago, as after its own restart.
    func replay(_ count: Int64) {
        let old = records.filter {
            $0.source?.at.map { world.wall.milliseconds - $0.milliseconds > 36_000_000 } ?? false
        }
        for presentation in old.suffix(Int(count)) {
            world.counts.replayed += 1
            box.tell(.own(.till(.presented(lane.id, presentation))))
        }
    }

    // MARK: - What the box does

    /// The box has decided something: looks at the display.
    func look() {
        guard let screen = box.screen(of: lane.id), screen.number != seen else { return }
        seen = screen.number
        guard let visitor = current, visitor.presented != nil, visitor.answered == nil, screen.word.isRefusal else {
            return
        }
        visitor.answered = world.now
        visitor.word = screen.word.key
        leave(visitor, after: 800_000)
    }

    /// The relay lets one person pass.
    func opens() {
        guard let (transit, holder) = box.awaited(at: lane.id) else {
            return world.fail("\(box.device) opens for nobody")
        }
        world.note("opens", box.number, "\(self.box.device) opens")
        let visitor = current.flatMap { $0.presented != nil && $0.member?.holder == holder ? $0 : nil }
        judge.opens(self, transit, holder, visitor)
        guard let visitor, visitor.answered == nil else { return }
        visitor.answered = world.now
        let screen = box.screen(of: lane.id)
        visitor.word = screen?.word.key
        visitor.isLetIn = true
        if let screen, let holder { judge.reads(screen, holder, self) }
        switch visitor.passing {
        case .staysOut: leave(visitor, after: 7_000_000)
        case .passes, .two: walk(visitor, transit)
        }
    }

    /// It stands open for an emergency, or does not any more.
    func hold(_ isHeld: Bool) {
        self.isHeld = isHeld
        guard isHeld, let visitor = current, visitor.answered == nil else { return }
        present(visitor)
    }

    private func walk(_ visitor: Visitor, _ transit: UUIDv7) {
        let step = box.dice.between(350_000, 800_000)
        world.after(step) {
            self.judge.passes(self, visitor, transit)
            self.sense(.active)
        }
        let through = step + box.dice.between(200_000, 400_000)
        world.after(through) { self.sense(.clear) }
        guard visitor.passing == .two else { return leave(visitor, after: through + 50_000) }
        world.after(through + 300_000) { self.sense(.active) }
        world.after(through + 600_000) { self.sense(.clear) }
        leave(visitor, after: through + 700_000)
    }

    private func leave(_ visitor: Visitor, after pause: Int64) {
        world.after(pause) {
            guard self.current === visitor else { return }
            self.current = nil
            self.judge.ends(visitor, self)
            self.isFree = true
            self.afterwards(visitor, self)
            self.considerNext()
        }
    }

    private func sense(_ state: SensorState) { box.tell(.sensor(sensor, state)) }

    /// Tells a daemon that has just started how everything stands.
    func reportSensors() {
        sense(.clear)
        if let fire = lane.turnstile?.emergency { box.tell(.sensor(fire, .clear)) }
        seen = 0
    }
}

extension CanteenWord {
    /// Its name, without what it carries.
    var key: String { String(String(describing: self).prefix { $0 != "(" }) }

    /// Whether the person is told that it will not open.
    fileprivate var isRefusal: Bool {
        switch self {
        case .notPaid, .shortage, .unknownFace, .severalFaces, .notLive, .unknownCard, .unknownCode, .contractOver,
            .groupNotServed, .meansNotUsed, .closedNow, .alreadyServed, .noMoreHelpings, .rulesDiffer:
            true
        case .idle, .welcome, .due, .oneMoment, .confirm, .scanToPay, .paid, .paidLater, .counted, .mayPass,
            .opensAgain, .soldOut, .noSuchItem, .badWeight, .chooseFood, .takePlateAway, .emptyScale, .emergency,
            .notPassedUndone, .notPassedKept, .cancelled, .refunded, .notYourRole, .tooLate, .noSuchSale, .closed,
            .saleStands, .ticket:
            false
        }
    }
}

/// What the people at a gate see of it.
extension SimulatedBox {
    func screen(of lane: LaneID) -> LaneScreen? {
        if case .till(let site)? = machine?.core { site.screen(of: lane) } else { nil }
    }

    func awaited(at lane: LaneID) -> (transit: UUIDv7, holder: Holder?)? {
        if case .till(let site)? = machine?.core { site.awaited(at: lane) } else { nil }
    }

    func isGateBusy(_ lane: LaneID) -> Bool { awaited(at: lane) != nil }
}
