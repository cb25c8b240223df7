import Host
import JSONText
import Ledger
import People
import Purses
import Vocabulary
import Wire

@testable import Services

/// A platform in memory with a school's canteen and shop, which share their persons, and the canteen of a works.
final class CanteenWorld {
    static let school = slug("school"), works = slug("works")
    let gate: Box, shop: Box, other: Box
    private(set) var rules: PurseRules
    private(set) var store: PlatformStore
    private var configuration: PlatformConfiguration
    /// 20 November 2026, 12:00 in China.
    var time: WallTime

    /// - Parameter rules: the file's text; left out: those of the sample, without a history.
    init(database: String = ":memory:", rules text: String? = nil) throws {
        time = WallTime(milliseconds: (20_777 * 86_400 + 4 * 3_600) * 1_000)
        gate = try Box("canteen-1", seed: 21)
        shop = try Box("shop-1", seed: 22)
        other = try Box("works-1", seed: 23)
        let file = "Scenarios/canteen/purses-school.json5"
        let bytes = try text.map { Array($0.utf8) } ?? TextFile.read(file)
        let rules = try PurseRules(bytes, file: file)
        self.rules = rules
        func canteen(_ id: String, _ box: Box, _ merchant: String, _ people: Slug) -> CanteenSettings {
            CanteenSettings(
                id: slug(id), chinese: "食堂", english: "Canteen", devices: [box.device], merchantClass: slug(merchant),
                people: people, groups: [slug("pupil"), slug("staff")], rules: rules,
                rulesFile: text == nil ? [] : bytes)
        }
        var configuration = try Site.configuration(database, [gate, shop, other])
        configuration.canteens = [
            canteen("school", gate, "canteen", Self.school), canteen("shop", shop, "shop", Self.school),
            canteen("works", other, "canteen", Self.works),
        ]
        configuration.leases = LeaseLimits(
            mostPerPurse: Fen(3_000), pursePercent: 50, mostPerPayout: .zero, mostPerBox: Fen(1_000_000),
            mostSeconds: 86_400, graceSeconds: 3_600, payouts: [:])
        self.configuration = configuration
        store = try PlatformStore(configuration, at: time) { _ in }
    }

    /// Starts the platform anew on the same file.
    func restart() throws { store = try PlatformStore(configuration, at: time) { _ in } }

    /// Starts the platform anew with other rules.
    func restart(rules text: String) throws {
        rules = try PurseRules(Array(text.utf8), file: "rules")
        configuration.canteens = configuration.canteens.map { canteen in
            CanteenSettings(
                id: canteen.id, chinese: canteen.chinese, english: canteen.english, devices: canteen.devices,
                merchantClass: canteen.merchantClass, people: canteen.people, groups: canteen.groups, rules: rules,
                rulesFile: Array(text.utf8))
        }
        try restart()
    }

    var today: CivilDate { rules.day(at: time) }

    func pass(days: Int64) { time.milliseconds += days * 86_400_000 }

    // MARK: - People

    func takeIn(
        _ text: String, list: Slug = CanteenWorld.school, isComplete: Bool = false
    ) throws -> Result<PeopleOutcome, Findings> {
        time.milliseconds += 1_000
        let file: PeopleFile
        do throws(Findings) {
            file = try PeopleFile(
                Array(text.utf8), file: "people.csv", groups: [slug("pupil"), slug("staff")],
                accounts: [slug("account")], on: today, toUTF8: { _ in nil })
        } catch { return .failure(error) }
        return try store.takeIn(
            file, named: "people.csv", list: list, isComplete: isComplete, by: "Zhao", why: "term", at: time)
    }

    func peopleFaults(_ text: String, list: Slug = CanteenWorld.school) throws -> [String] {
        guard case .failure(let findings) = try takeIn(text, list: list) else { return [] }
        return findings.list.map(\.description)
    }

    /// The list as a box gets it, page by page.
    func list(of box: Box) throws -> (version: Int64, entries: [Person]) {
        var entries: [Person] = []
        var version: Int64 = 0
        while true {
            let answer = store.answer(
                [box.request(.list(.people, version: version, offset: Int64(entries.count)))], at: time)[0]
            guard case .people(let page) = answer else { throw Unexpected(response: answer) }
            version = page.version
            entries += page.entries
            guard Int64(entries.count) < page.total else {
                guard ListPage<Person>.digest(of: entries) == page.digest else { throw Unexpected(response: answer) }
                return (version, entries)
            }
        }
    }

    func end(_ person: String) throws -> Bool {
        time.milliseconds += 1_000
        return try store.endPerson(Self.member(person), by: "Zhao", why: "left", at: time)
    }

    static func member(_ name: String) -> Holder { Holder(.member, slug(name)) }

    // MARK: - Meals

    /// A charge for a meal of the day, with an id made from a number.
    func meal(_ number: UInt64, _ person: String, _ lines: [(Int64, String)], period: String? = "lunch") -> Charge {
        Charge(
            payment: PaymentID(at: Site.time, random: (5, number)), instrument: .contract(Self.member(person)),
            lane: slug("till"),
            quote: Quote(
                tariff: slug("city-2026"), from: time, until: time,
                lines: lines.map { .init(kind: .item, amount: Fen($0.0), itemClass: slug($0.1)) },
                total: Fen(lines.reduce(0) { $0 + $1.0 })), meal: Meal(period: period.map(slug), day: today))
    }

    func ask(_ request: Request, from box: Box? = nil) -> Response {
        store.answer([(box ?? gate).request(request)], at: time)[0]
    }

    func charge(_ charge: Charge, from box: Box? = nil) throws -> PaymentOutcome {
        let answer = ask(.charge(charge, code: nil), from: box)
        guard case .payment(_, let outcome, _) = answer else { throw Unexpected(response: answer) }
        return outcome
    }

    // MARK: - Money

    func issue(_ text: String, list: Slug = CanteenWorld.school) throws -> Result<IssueOutcome, Findings> {
        let file: IssueFile
        do throws(Findings) {
            file = try IssueFile(Array(text.utf8), file: "issue.csv", rules: rules, on: today)
        } catch { return .failure(error) }
        return try store.issue(file, named: "issue.csv", list: list, by: "Zhao", at: time)
    }

    func issueFaults(_ text: String) throws -> [String] {
        guard case .failure(let findings) = try issue(text) else { return [] }
        return findings.list.map(\.description)
    }

    func topUp(_ person: String, _ amount: Int64, _ reference: String, purse: String = "cash") throws -> Result<
        Bool, TopUpRefusal
    > {
        try store.topUp(
            Self.member(person), slug(purse), Fen(amount), reference: slug(reference), by: "Zhao", at: time)
    }

    func balance(_ name: String) throws -> Int64? { try store.ledgerReport().balance(of: name)?.count }

    /// What a person has in a purse.
    func purse(_ person: String, _ purse: String) throws -> Int64 {
        try balance("purse:member:\(person):\(purse)") ?? 0
    }

    func isSound() throws -> Bool {
        let report = try store.ledgerReport()
        return report.faults.isEmpty && report.sumOfBooks == .zero && report.purseFaults.isEmpty
    }
}
