import Purses
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Two tills and one person's purses")
struct PursePropertyTests {
    /// Two tills' real leases, and charges of both, against the real platform, step by step by the dice.
    private final class Run {
        struct Meal {
            var charge: Charge
            var spends: [PurseSpend]
            var box: Int
            var refunded: Int64 = 0
            var isReversed = false
        }

        static let guardian = Guardian(
            limits: PurseLimits(payment: Fen(900), day: .init(amount: Fen(2_500), count: 7)))
        let site: MealSite
        let tills: [PurseTill]
        var dice: Dice
        /// Whether payments are also undone: then only what has not gone back is within the limits.
        let isUndoing: Bool
        /// Whether tills also promise what they have no lease for: then only subsidies are within their limits.
        let isPromising: Bool
        /// What the platform has approved, or may have: asked again at the end.
        var asked: [(charge: Charge, box: Int)] = []
        var meals: [PaymentID: Meal] = [:]
        private var said: [(box: Int, order: LeaseOrder)] = []
        private var numbers: UInt64 = 0
        private(set) var granted = 0, waited = 0, promised = 0

        init(seed: UInt64, isUndoing: Bool, isPromising: Bool = false) throws {
            site = try MealSite(percent: 70, mostPerPurse: 1_500)
            dice = Dice(state: seed)
            (self.isUndoing, self.isPromising) = (isUndoing, isPromising)
            for name in ["p1", "p2"] {
                try site.enrol(name, guardian: name == "p1" ? Run.guardian : nil)
                try site.bring(900, "meal", "oct", until: 1, to: name)
                try site.bring(2_500, "meal", "nov", until: 10, to: name)
                try site.bring(4_000, "cash", to: name)
                try site.openAccount(name)
            }
            let time = site.time
            tills = (0...1).map { PurseTill($0, rules: MealSite.rules, at: time) }
        }

        private func number() -> UInt64 {
            numbers += 1
            return numbers
        }

        private func chance(_ percent: Int) -> Bool { dice.below(100) < percent }

        private func guardian(of charge: Charge) -> Guardian? {
            charge.instrument.holder == MealSite.member("p1") ? Run.guardian : nil
        }

        private func charge() -> Charge {
            let items = ["meal", "snack"]
            let lines = (0...dice.below(2)).map { _ in (items[dice.below(2)], Int64(1 + dice.below(400))) }
            return site.charge(
                number(), lines, chance(70) ? "p1" : "p2", period: ["breakfast", "lunch", "supper"][dice.below(3)],
                day: chance(90) ? nil : CivilDate(dayNumber: site.today.dayNumber - 1))
        }

        func step() throws {
            let till = tills[dice.below(2)]
            switch dice.below(100) {
            case 0..<10: till.want(MealSite.member(chance(70) ? "p1" : "p2"), MealSite.id(number()), at: site.time)
            case 10..<35: try deliver(till)
            case 35..<50: if !till.incoming.isEmpty { till.hear(dice.below(till.incoming.count), at: site.time) }
            case 50..<62:
                let charge = charge()
                try till.eat(charge, guardian(of: charge), at: site.time)
            case 62..<72: till.sync(1 + dice.below(8), at: site.time)
            case 72..<77: try drain(till)
            case 77..<81: till.link(isUp: chance(85), at: site.time)
            case 81..<82 where chance(60): till.crash(isReboot: chance(50), at: site.time)
            case 82..<90: try payOnline(till)
            case 90..<92: try repeatSomething()
            case 92..<94 where isUndoing: try undo()
            case 94..<96 where isPromising: try promise(till)
            default: try pass(seconds: Int64(1 + dice.below(150)))
            }
            try hearNews()
        }

        /// A request arrives, sometimes twice; its answer sometimes does not.
        private func deliver(_ till: PurseTill) throws {
            till.tick(at: site.time)
            guard let (order, ask) = till.takeOutgoing(), !chance(10) else { return }
            said.append((till.index, order))
            for _ in 0..<(chance(10) ? 2 : 1) {
                let outcome = try site.lease(order, box: till.index)
                if case .granted = outcome { granted += 1 }
                if !chance(10) { till.put(order.lease, outcome, ask) }
            }
        }

        /// A charge arrives, sometimes twice.
        private func payOnline(_ till: PurseTill) throws {
            let charge = charge()
            asked.append((charge, till.index))
            for _ in 0..<(chance(10) ? 2 : 1) {
                if try site.pay(charge, box: till.index).outcome == .pending { waited += 1 }
            }
        }

        /// A till has promised what it has no lease for; its records come in their order.
        private func promise(_ till: PurseTill) throws {
            till.sync(.max, at: site.time)
            try drain(till)
            try site.record(.payment(.acceptedOffline, charge(), nil), box: till.index)
            promised += 1
        }

        /// A message that was long on its way.
        private func repeatSomething() throws {
            if chance(50), let old = said.randomElement(using: &dice) {
                _ = try site.lease(old.order, box: old.box)
            } else if let old = asked.randomElement(using: &dice) {
                _ = try site.pay(old.charge, box: old.box)
            }
        }

        private func undo() throws {
            try learn()
            guard let id = meals.keys.sorted().randomElement(using: &dice), let meal = meals[id] else { return }
            if chance(50) {
                if try site.reverse(meal.charge, box: meal.box) == .reversed { meals[id]?.isReversed = true }
            } else if meal.box == 0 {
                let amount = Int64(1 + dice.below(Int(meal.charge.quote.total.count)))
                if try site.refund(number(), of: meal.charge, amount) == .refunded { meals[id]?.refunded += amount }
            }
        }

        private func hearNews() throws {
            for (device, announcement) in site.takeNews() {
                guard case .leaseRecalled(let id) = announcement, !chance(15) else { continue }
                let till = tills[device == site.boxes[0].device ? 0 : 1]
                if till.isLinkUp { till.recalled(id, at: site.time) }
            }
        }

        private func drain(_ till: PurseTill) throws {
            try till.drain({ try site.ingest(site.boxes[till.index].batch($0), box: till.index) }, at: site.time)
        }

        private func pass(seconds: Int64) throws {
            // Records come within the grace.
            for till in tills where chance(50) || seconds > 100 {
                till.sync(.max, at: site.time)
                try drain(till)
            }
            site.pass(milliseconds: 1_000 * seconds)
            for till in tills { till.pass(seconds: seconds) }
            _ = try site.store.tend(at: site.time)
        }

        /// What the platform says of all that was ever asked.
        func learn() throws {
            for (charge, box) in asked where meals[charge.payment] == nil {
                let (outcome, receipt) = try site.query(charge, box: box)
                guard outcome == .approved, let receipt else { continue }
                meals[charge.payment] = Meal(charge: charge, spends: receipt.spends, box: box)
            }
            for till in tills {
                for (charge, spends) in till.served where meals[charge.payment] == nil {
                    guard try site.query(charge, box: till.index).outcome == .approved else { continue }
                    meals[charge.payment] = Meal(charge: charge, spends: spends, box: till.index)
                }
            }
        }

        /// Everything drains, and the leases' time goes by.
        func finish() throws {
            for till in tills {
                till.sync(.max, at: site.time)
                try drain(till)
            }
            site.pass(milliseconds: 7_200_000)
            while try site.store.tend(at: site.time) {}
            try site.store.returnLeases(at: site.time)
            try learn()
        }
    }

    private func check(_ run: Run) throws {
        try run.finish()
        let site = run.site
        #expect(try site.isSound())
        #expect(try site.incidents() == [])
        for till in run.tills {
            for (charge, _) in till.served { #expect(run.meals[charge.payment] != nil) }
        }
        let paid = run.meals.values.reduce(0) { sum, meal in
            sum + (meal.isReversed ? 0 : meal.charge.quote.total.count - meal.refunded)
        }
        #expect(try site.balance("merchant:school") == paid)
        for name in ["p1", "p2"] {
            let mine = run.meals.values.filter { $0.charge.instrument.holder == MealSite.member(name) }
            try checkLimits(mine, name, site, isUndoing: run.isUndoing)
            for box in 1...2 { #expect(try site.balance("lease:till-\(box):purses:member:\(name)") == 0) }
            guard !run.isUndoing else { continue }
            // Every fen is in its lot, or was eaten from it.
            var lots = ["meal/oct": Int64(900), "meal/nov": 2_500, "cash/": 4_000, "account/": 0]
            for spend in mine.flatMap(\.spends) {
                lots["\(spend.purse)/\(spend.lot?.text ?? "")", default: 0] -= spend.amount.count
            }
            #expect(try site.lots(name) == lots.filter { $0.value != 0 })
            #expect(lots.allSatisfy { $0.key == "account/" || $0.value >= ($0.key == "cash/" ? 100 : 0) })
            #expect(lots["account/", default: 0] >= -1_000)
        }
    }

    /// What was eaten is within every limit, and the platform's counters say the same.
    private func checkLimits(_ meals: [Run.Meal], _ name: String, _ site: MealSite, isUndoing: Bool) throws {
        var used = UsageBook()
        for meal in meals where !isUndoing {
            let occasion = Occasion(merchant: slug("canteen"), meal: try #require(meal.charge.meal))
            try used.apply(UsageMove.all(of: meal.spends, on: occasion))
        }
        for day in -1...0 {
            for period in ["breakfast", "lunch", "supper"] {
                let occasion = Occasion(
                    merchant: slug("canteen"), period: slug(period),
                    day: CivilDate(dayNumber: site.today.dayNumber + Int64(day)))
                for purse in site.rules.purses {
                    let told = try site.used(purse.id.text, name, on: occasion)
                    #expect(isUndoing || told == used.used(purse.id, on: occasion))
                    #expect(purse.limits.passed(by: told, payment: .zero, on: occasion) == [])
                }
                let told = try site.used(nil, name, on: occasion)
                #expect(isUndoing || told == used.used(nil, on: occasion))
                guard name == "p1" else { continue }
                #expect(Run.guardian.limits.passed(by: told, payment: .zero, on: occasion) == [])
            }
        }
    }

    @Test(
        "in any order of leases, charges, recalls, crashes and lost messages no lot and no limit is overspent",
        arguments: 1...40)
    func limits(seed: UInt64) throws {
        let run = try Run(seed: seed, isUndoing: false)
        for _ in 0..<700 { try run.step() }
        try check(run)
        #expect(run.granted > 5 && run.meals.count > 5)
    }

    @Test("what is undone in between goes back, and what stands is within the limits", arguments: 101...120)
    func undone(seed: UInt64) throws {
        let run = try Run(seed: seed, isUndoing: true)
        for _ in 0..<700 { try run.step() }
        try check(run)
    }

    @Test("promises beside the leases of two tills take no subsidy past a limit", arguments: 201...230)
    func promises(seed: UInt64) throws {
        let run = try Run(seed: seed, isUndoing: false, isPromising: true)
        for _ in 0..<700 { try run.step() }
        try run.finish()
        #expect(try run.promised > 3 && run.site.isSound())
        let subsidies = run.site.rules.purses.filter { $0.kind == .subsidy }
        for name in ["p1", "p2"] {
            for (day, period) in [-1, 0].flatMap({ day in ["breakfast", "lunch", "supper"].map { (day, $0) } }) {
                let occasion = Occasion(
                    merchant: slug("canteen"), period: slug(period),
                    day: CivilDate(dayNumber: run.site.today.dayNumber + Int64(day)))
                for purse in subsidies {
                    let told = try run.site.used(purse.id.text, name, on: occasion)
                    #expect(purse.limits.passed(by: told, payment: .zero, on: occasion) == [])
                }
            }
        }
    }

    @Test("charges do wait for leases, and tills do give them back")
    func covered() throws {
        var (waited, recalls, leased) = (0, 0, 0)
        for seed in UInt64(1)...10 {
            let run = try Run(seed: seed, isUndoing: false)
            for _ in 0..<700 { try run.step() }
            waited += run.waited
            recalls += run.tills.reduce(0) { $0 + $1.recalls }
            leased += run.tills.reduce(0) { $0 + $1.served.count }
        }
        #expect(waited > 5 && recalls > 5 && leased > 10, "\(waited) \(recalls) \(leased)")
    }
}
