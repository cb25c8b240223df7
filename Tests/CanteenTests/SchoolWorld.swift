import Canteen
import Effects
import Purses
import Vocabulary
import Wire

/// The shipped sample of a school's turnstile with a few people, at noon.
enum School {
    static let pupil = member("p1"), second = member("p2"), teacher = member("t1"), guest = member("g1")

    static func member(_ name: String) -> Holder { Holder(.member, slug(name)) }

    static let people: [Person] = [
        Person(holder: pupil, name: "张*三", group: slug("pupil"), cards: ["0000000001"], code: "10001"),
        Person(
            holder: second, name: "李*", group: slug("pupil"), cards: ["0000000002"],
            guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(900))))),
        Person(holder: teacher, name: "王*", group: slug("staff"), cards: ["0000000003"]),
        Person(holder: guest, name: "客*", group: slug("guest"), cards: ["0000000004"]),
        Person(
            holder: member("gone"), name: "走*", group: slug("pupil"), cards: ["0000000005"],
            until: at("2026-11-20 12:00")),
    ]

    static func scenario(_ change: (inout CanteenScenario) -> Void = { _ in }) throws -> CanteenScenario {
        var scenario = try CanteenScenario(
            try file("Scenarios/canteen/school-turnstile.json5"), file: "school-turnstile.json5")
        change(&scenario)
        return scenario
    }

    static func rules() throws -> PurseRules {
        try PurseRules(try file("Scenarios/canteen/purses-school.json5"), file: "purses-school.json5")
    }

    /// - Parameter hasPurses: with purse rules; else everybody has one account.
    static func world(
        hasPurses: Bool = false, at text: String = "2026-11-20 12:00",
        _ change: (inout CanteenScenario) -> Void = { _ in }
    ) throws -> CanteenWorld {
        CanteenWorld(
            try scenario(change), rules: hasPurses ? try rules() : nil, people: people, at: moment(text))
    }
}

extension CanteenWorld {
    /// The charge that was asked for last.
    var lastCharge: Charge? {
        sent.compactMap { if case .charge(let charge, _) = $0.request { charge } else { nil } }.last
    }

    var passages: [Record.Passage] {
        records.compactMap { if case .passage(_, _, let passage) = $0 { passage } else { nil } }
    }

    var alarmCodes: [String] {
        records.compactMap { if case .alarm(_, let code, true) = $0 { code } else { nil } }
    }

    /// The reasons of the decisions, in order.
    var reasons: [String] {
        records.compactMap { if case .decision(_, _, _, _, _, let reason) = $0 { reason } else { nil } }
    }

    /// What has been lent of a person's cash.
    func lend(_ amount: Int64, to holder: Holder) {
        tell(.own(.expected([holder])))
        grant(amount, lots: [LeaseLot(purse: slug("cash"), amount: Fen(amount))])
        forget()
    }
}
