internal import Canteen
internal import Vocabulary

/// Who comes when to which gate, day by day, from the week's seed.
final class MealTraffic {
    private unowned let school: SchoolWeek
    private var dice: Dice
    /// Whom scenes speak of: they come when their scene says so.
    private let named: Set<String>
    private var rushEnds: [Int64] = []

    init(_ school: SchoolWeek, seed: UInt64) {
        self.school = school
        dice = Dice(seed: seed, 22)
        named = Set(
            school.week.scenes.flatMap(\.acts).compactMap { act in
                switch act.what {
                case .visit(_, let who, _, _, _), .guardian(let who, _, _), .end(let who), .lostCard(let who),
                    .refund(let who, _):
                    who
                default: nil
                }
            })
    }

    private var world: World { school.world }
    private var week: WeekFile { school.week }

    func plan() {
        for gate in school.gates { gate.afterwards = { [self] in after($0, $1) } }
        for day in 0..<WeekFile.days {
            for rush in week.rushes {
                let from = VirtualTime.minutes(day * 1_440 + rush.from)
                let wall = WallTime(milliseconds: world.wallAtStart.milliseconds + from / 1_000)
                guard school.scenario.calendar.meal(at: wall).period == rush.period else { continue }
                let until = VirtualTime.minutes(day * 1_440 + rush.until)
                rushEnds.append(until)
                world.at(from - VirtualTime.minutes(5)) { self.plan(rush, from, until) }
            }
        }
    }

    private func plan(_ rush: WeekFile.Rush, _ from: Int64, _ until: Int64) {
        var lines: [[Visitor]] = school.gates.map { _ in [] }
        for member in school.school.members where !named.contains(member.name) {
            guard dice.chance(perMille: member.isStaff ? rush.staff : rush.pupils) else { continue }
            let isElsewhere = lines.count > 1 && dice.chance(perMille: week.habits.otherGate)
            let gate = isElsewhere ? Int(dice.below(Int64(lines.count))) : member.home
            lines[gate].append(visitor(member))
            if dice.chance(perMille: week.habits.stranger) { lines[gate].append(Visitor(nil, stranger())) }
        }
        for (gate, var line) in zip(school.gates, lines) where !line.isEmpty {
            for index in line.indices.dropFirst().reversed() { line.swapAt(index, Int(dice.below(Int64(index + 1)))) }
            let waves = (Int64(line.count) + rush.wave - 1) / rush.wave
            let every = rush.everyMilliseconds * 1_000
            for (place, visitor) in line.enumerated() {
                let (wave, inWave) = (Int64(place) / rush.wave, Int64(place) % rush.wave)
                let at = from + (until - from) / waves * wave + every * inWave + dice.below(every / 2)
                world.at(at) { gate.arrive(visitor) }
            }
        }
    }

    private func stranger() -> VisitorMeans { dice.chance(perMille: 200) ? .notLive : .stranger }

    private func visitor(_ member: School.Member) -> Visitor {
        let habits = week.habits
        let way = dice.below(1_000)
        let passing: Visitor.Passing =
            way < habits.staysOut ? .staysOut : way < habits.staysOut + habits.twoOnOne ? .two : .passes
        let means = dice.below(1_000)
        if means < habits.forgottenCard { return Visitor(member, .wrongCard, passing) }
        return Visitor(member, means < habits.forgottenCard + habits.byCard ? .card : .face, passing)
    }

    /// What people do when their turn is over.
    private func after(_ visitor: Visitor, _ gate: VirtualGate) {
        guard let member = visitor.member, visitor.expect == nil, !visitor.isDuplicate, !visitor.isSecond else {
            return
        }
        if visitor.means == .wrongCard, !visitor.isLetIn {
            // Who has taken the wrong card along is known by face.
            return gate.arrive(Visitor(member, .face), isFirst: true)
        }
        guard visitor.isThrough, visitor.passing == .passes else { return }
        if dice.chance(perMille: week.habits.duplicate) {
            return gate.arrive(Visitor(member, .face, isDuplicate: true), isFirst: true)
        }
        guard dice.chance(perMille: week.habits.secondHelping) else { return }
        let again = world.now + dice.between(VirtualTime.minutes(4), VirtualTime.minutes(9))
        guard rushEnds.contains(where: { again < $0 && $0 - again < VirtualTime.minutes(90) }) else { return }
        let second = Visitor(member, .face)
        second.isSecond = true
        // Wherever the line is shorter.
        let other = school.gates[Int(dice.below(Int64(school.gates.count)))]
        world.at(again) { other.arrive(second) }
    }
}
