internal import BoxRules
internal import Canteen
internal import People
internal import Purses
internal import Services
internal import Vocabulary
internal import Wire

/// What the scenes of a week do.
extension SchoolWeek {
    private static let supervisor = Clerk("Supervisor Qian", .supervisor)

    func order(_ gate: VirtualGate, _ order: TillOrder) {
        gate.box.tell(.own(.till(.ordered(gate.lane.id, order, by: SchoolWeek.supervisor))))
    }

    /// Persons and purses that scenes speak of must be those of the school.
    func checkScenes() throws {
        for act in week.scenes.flatMap(\.acts) {
            let who: String
            switch act.what {
            case .issue(let purse, _, let group, _), .topUp(let group, let purse, _, _):
                guard let purse = try? Slug(purse), rules.purse(purse) != nil else {
                    throw WeekFault("\(act.text): the rules name no purse \(purse)")
                }
                who = group
            case .guardian(let name, _, _), .end(let name), .lostCard(let name), .refund(let name, _): who = name
            case .visit(_, let name, let means, _, _):
                if means == .stranger || means == .notLive { continue }
                who = name
            case .cut, .power, .replace, .hold, .replay, .close: continue
            }
            if school.those(who).isEmpty { throw WeekFault("\(act.text): there is nobody called \(who)") }
        }
        for rush in week.rushes where scenario.calendar.period(rush.period) == nil {
            throw WeekFault("the scenario has no meal \(rush.period)")
        }
    }

    private var today: CivilDate { rules.day(at: world.wall) }

    func takeInPeople() {
        world.platform.administer { [self] store in
            let file = try PeopleFile(
                Array(school.peopleFile.utf8), file: "people.csv", groups: [Self.slug("pupil"), Self.slug("staff")],
                accounts: [], on: today, toUTF8: { _ in nil })
            let outcome = try store.takeIn(
                file, named: "people.csv", list: Self.list, by: "Secretary Sun", why: "term", at: world.wall)
            world.note("people", 0, "persons: \(outcome)")
            if case .failure(let findings) = outcome { throw findings }
        }
    }

    func carryOut(_ act: WeekAct, _ scene: String) {
        world.note("act", act.second, "\(scene): \(act.text)")
        switch act.what {
        case .issue(let purse, let yuan, let group, let reference):
            issue(Self.slug(purse), yuan, school.those(group), Self.slug(reference))
        case .topUp(let who, let purse, let fen, let reference):
            topUp(school.those(who), Self.slug(purse), fen, Self.slug(reference))
        case .guardian(let who, let column, let text):
            change(who, [(column, text)])
            judge.tally.guardianChanged.insert(who)
        case .end(let who):
            guard let member = school[who] else { return }
            world.platform.administer { [world] store in
                _ = try store.endPerson(member.holder, by: "Secretary Sun", why: "left the school", at: world.wall)
            }
        case .lostCard(let who):
            guard let member = school[who] else { return }
            world.platform.administer { [world] store in
                _ = try store.removeCard(member.card, by: "Secretary Sun", why: "lost", at: world.wall)
            }
        case .cut(let those, let minutes, let isSilent):
            for device in those {
                world.broker.drop(gate(device).box, isSilent: isSilent, outage: VirtualTime.minutes(minutes))
            }
        case .power(let device): gate(device).box.crash(isPowerCut: true)
        case .replace(let device): gate(device).box.replace()
        case .hold(let device, let isHeld): order(gate(device), .emergency(isHeld))
        case .replay(let device, let count): gate(device).replay(count)
        case .refund(let who, let fen): refund(who, fen)
        case .close(let device): order(gate(device), .closeDay)
        case .visit(let device, let who, let means, let passing, let expect):
            gate(device).arrive(Visitor(school[who], means, passing, expect: expect.map { ($0, scene) }))
        }
    }

    private func issue(_ purse: Slug, _ yuan: String, _ members: [School.Member], _ reference: Slug) {
        var text = "person,purse,amount,expires,reference\n"
        for member in members { text += "\(member.name),\(purse),\(yuan),,\(reference)\n" }
        world.platform.administer { [self] store in
            let file = try IssueFile(Array(text.utf8), file: "\(reference).csv", rules: rules, on: today)
            let outcome = try store.issue(
                file, named: "\(reference).csv", list: Self.list, by: "Secretary Sun", at: world.wall)
            if case .failure(let findings) = outcome { throw findings }
            for issue in file.issues {
                judge.cameIn(PurseLotKey(holder: issue.holder, purse: purse, lot: reference), issue.issued.count)
            }
        }
    }

    private func topUp(_ members: [School.Member], _ purse: Slug, _ fen: Int64, _ reference: Slug) {
        world.platform.administer { [self] store in
            for member in members {
                let outcome = try store.topUp(
                    member.holder, purse, Fen(fen), reference: Self.slug("\(reference)-\(member.name)"),
                    by: "Cashier Zhou", at: world.wall)
                switch outcome {
                case .success(true):
                    judge.cameIn(PurseLotKey(holder: member.holder, purse: purse, lot: nil), fen)
                case .success(false): break
                case .failure(let refusal): throw refusal
                }
            }
        }
    }

    private func change(_ who: String, _ fields: [(column: String, text: String)]) {
        world.platform.administer { [self] store in
            let file = try PeopleFile(
                person: who, fields, groups: [Self.slug("pupil"), Self.slug("staff")], accounts: [], on: today)
            let outcome = try store.takeIn(
                file, named: "guardian", list: Self.list, by: "Secretary Sun", why: "a guardian asks", at: world.wall)
            if case .failure(let findings) = outcome { throw findings }
        }
    }

    private func refund(_ who: String, _ fen: Int64) {
        guard let member = school[who], let made = judge.lastPayment[member.holder] else {
            guard judge.isStrict else { return }
            return world.fail("\(who) is to get money back and has paid nothing")
        }
        judge.tally.corrected[member.holder, default: 0] += 1
        order(gate(made.device), .refund(made.charge.payment, Fen(fen), why: "the food was cold"))
    }
}
