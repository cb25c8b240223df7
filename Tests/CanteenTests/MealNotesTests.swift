import Testing
import Vocabulary

@testable import Canteen

@Suite("One meal, a second helping, and a record that comes again")
struct MealNotesTests {
    static let lunch = Meal(period: slug("lunch"), day: day("2026-11-20"))
    static let supper = Meal(period: slug("supper"), day: day("2026-11-20"))
    static let pupil = Holder(.member, slug("p1"))

    static func clock(seconds: Int64) -> ClockReading {
        ClockReading(
            uptime: Uptime(milliseconds: 10_000_000 + seconds * 1_000),
            wall: WallTime(milliseconds: at("2026-11-20 12:00").milliseconds + seconds * 1_000), isSynchronised: true)
    }

    static let transit = UUIDv7(at: clock(seconds: 0).wall, random: (1, 2))

    static func notes(
        _ standing: MealNote.Standing = .done, helpings: Int64 = 1, duplicate: Int64 = 60
    ) -> MealNotes {
        var notes = MealNotes(duplicateWithin: .seconds(duplicate))
        _ = notes.put(
            pupil,
            MealNote(
                meal: lunch, helpings: helpings, transit: transit, payment: nil, at: clock(seconds: 0),
                standing: standing))
        return notes
    }

    /// The same after a restart.
    static func reread(_ notes: MealNotes) -> MealNotes {
        var copy = notes
        guard let note = notes[pupil], case .put(_, let key, let value) = copy.put(pupil, note)[0] else { return notes }
        var read = MealNotes(duplicateWithin: notes.duplicateWithin)
        #expect(read.recall(key: key, stateValue: value) == true)
        return read
    }

    @Test(
        "within the time of one presentation it is one, and the moment after it is another", arguments: [false, true])
    func duplicate(isRestarted: Bool) {
        let notes = isRestarted ? Self.reread(Self.notes()) : Self.notes()
        for (seconds, verdict) in [
            (0, .same), (59, .same), (60, .refused(1)), (3_600, .refused(1)),
        ] as [(Int64, MealNotes.Verdict)] {
            #expect(notes.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: seconds)) == verdict)
        }
        #expect(notes.verdict(Self.pupil, Self.supper, .once, at: Self.clock(seconds: 59)) == .same)
        #expect(notes.verdict(Self.pupil, Self.supper, .once, at: Self.clock(seconds: 60)) == .first)
        #expect(
            notes.verdict(Holder(.member, slug("p2")), Self.lunch, .once, at: Self.clock(seconds: 0)) == .first)
    }

    @Test(
        "as many helpings as the rule says, and no more",
        arguments: [
            (1, HelpingRule(more: 0), .refused(1)), (1, HelpingRule(more: 1), .helping(2)),
            (2, HelpingRule(more: 1), .refused(2)), (2, HelpingRule(more: 2), .helping(3)),
            (900, .anyNumber, .helping(901)),
        ] as [(Int64, HelpingRule, MealNotes.Verdict)])
    func helpings(had: Int64, rule: HelpingRule, verdict: MealNotes.Verdict) {
        #expect(
            Self.notes(helpings: had).verdict(Self.pupil, Self.lunch, rule, at: Self.clock(seconds: 100)) == verdict)
    }

    @Test("what is paid and not taken opens again within its meal, and in no other")
    func notTaken() {
        let notes = Self.notes(.notPassed)
        guard case .notTaken = notes.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: 3_000)) else {
            return #expect(Bool(false), "it does not open again")
        }
        #expect(notes.verdict(Self.pupil, Self.supper, .once, at: Self.clock(seconds: 30_000)) == .first)
        #expect(notes.verdict(Self.pupil, Self.supper, .once, at: Self.clock(seconds: 59)) == .same)
    }

    @Test("who stands in front of the turnstile after a restart is let in on what was paid; who comes later is not")
    func openBeforeRestart() {
        let open = Self.notes(.open)
        #expect(open.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: 5)) == .same)
        let read = Self.reread(open)
        guard case .notTaken = read.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: 59)) else {
            return #expect(Bool(false), "who has paid is not let in")
        }
        #expect(read.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: 60)) == .refused(1))
    }

    @Test("a wall clock that jumps does not shorten the time of one presentation within a run")
    func jump() {
        let notes = Self.notes()
        var later = Self.clock(seconds: 10)
        later.wall.milliseconds += 7_200_000
        #expect(notes.verdict(Self.pupil, Self.lunch, .once, at: later) == .same)
        later = Self.clock(seconds: 100)
        later.wall = Self.clock(seconds: 1).wall
        #expect(notes.verdict(Self.pupil, Self.lunch, .once, at: later) == .refused(1))
    }

    @Test("a helping that is undone may be had again at once, and the ones before it stand")
    func takenBack() {
        var once = Self.notes()
        #expect(once.takeBack(Self.pupil, Self.transit) == [.remove(kind: MealNotes.stateKind, key: "member:p1")])
        #expect(once.verdict(Self.pupil, Self.lunch, .once, at: Self.clock(seconds: 1)) == .first)
        var twice = Self.notes(helpings: 2)
        _ = twice.takeBack(Self.pupil, Self.transit)
        #expect(twice.verdict(Self.pupil, Self.lunch, HelpingRule(more: 1), at: Self.clock(seconds: 1)) == .helping(2))
    }

    @Test("the meals of days that are over are forgotten, and what is kept is bounded")
    func bounded() {
        var notes = Self.notes()
        let kept = notes.forget(before: day("2026-11-20"))
        #expect(kept.isEmpty && notes.count == 1)
        let forgotten = notes.forget(before: day("2026-11-21"))
        #expect(forgotten.count == 1 && notes.count == 0)
        for number in 0...MealNotes.most {
            _ = notes.put(
                Holder(.member, slug("p\(number)")),
                MealNote(
                    meal: Self.lunch, helpings: 1, transit: Self.transit, payment: nil,
                    at: Self.clock(seconds: Int64(number)), standing: .done))
        }
        #expect(notes.count <= MealNotes.most && notes[Holder(.member, slug("p0"))] == nil)
        #expect(notes[Holder(.member, slug("p\(MealNotes.most)"))] != nil)
    }

    @Test(
        "a terminal's record is taken once, while it is fresh, and never from a clock that is ahead",
        arguments: [
            (0, TerminalRecords.Finding.fresh), (15, .fresh), (16, .stale), (86_400, .stale), (-15, .fresh),
            (-16, .ahead),
        ] as [(Int64, TerminalRecords.Finding)])
    func records(age: Int64, finding: TerminalRecords.Finding) {
        var records = TerminalRecords(freshFor: .seconds(15))
        let now = at("2026-11-20 12:00")
        let then = WallTime(milliseconds: now.milliseconds - age * 1_000)
        #expect(records.take(slug("t1"), 7, at: then, now: now) == finding)
        #expect(records.take(slug("t1"), 7, at: then, now: now) == .repeated)
        // Another terminal, or the same one after it was set back, counts from 1 too.
        #expect(records.take(slug("t2"), 7, at: then, now: now) == finding)
    }

    @Test("what is remembered of terminals is bounded")
    func remembered() {
        var records = TerminalRecords(freshFor: .seconds(15))
        let now = at("2026-11-20 12:00")
        for number in Int64(0)...Int64(TerminalRecords.most) {
            #expect(records.take(slug("t1"), number, at: now, now: now) == .fresh)
        }
        #expect(records.take(slug("t1"), 0, at: now, now: now) == .fresh)
        #expect(records.take(slug("t1"), 2, at: now, now: now) == .repeated)
    }
}
