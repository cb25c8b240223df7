internal import BoxRules
internal import Canteen
internal import Effects
internal import Payments
internal import Services
internal import Vocabulary

/// The tills beside the car parks: two or more that sell to the same few people, from the same purses.
final class Tills {
    /// People who eat there; each has one purse, and every till knows it.
    private static let customers = 8
    static let prices = name("canteen-2026-1")

    private let world: World
    private var dice: Dice

    init(_ world: World) {
        self.world = world
        dice = Dice(seed: world.setup.seed, 9)
    }

    static func name(_ text: String) -> Slug {
        guard let name = try? Slug(text) else { preconditionFailure("\(text) is a name") }
        return name
    }

    private static func customer(_ number: Int) -> Holder { Holder(.card, name("customer-\(number)")) }

    /// Some purses are full, and some are soon empty.
    static func contracts(_ setup: SimulationSetup) -> [PlatformConfiguration.SignedContract] {
        var dice = Dice(seed: setup.seed, 10)
        return (0..<customers).map { number in
            PlatformConfiguration.SignedContract(
                holder: customer(number), account: name("purse-\(number)"),
                openingBalance: Fen(dice.pick([3_000, 20_000, 200_000])), offlineLimit: Fen(dice.pick([0, 3_000])))
        }
    }

    /// Short leases, so that many end within a run, and a grace that is longer than any outage.
    static let limits = LeaseLimits(
        mostPerPurse: Fen(6_000), pursePercent: 50, mostPerPayout: .zero, mostPerBox: Fen(100_000),
        mostSeconds: 1_800, graceSeconds: 3_600, payouts: [:])

    static func scenario(_ till: Int) -> CanteenScenario {
        let limits = OfflinePolicy.Limits(
            perPayment: Fen(2_000), perAccount: Fen(3_000), perAccountCount: 2, longestListAge: .seconds(86_400),
            velocityCount: 20, velocityWindow: .seconds(3_600))
        let lane = CanteenLane(
            id: lane(till),
            modes: [CanteenMode(.keyed(most: Fen(10_000)), itemClass: name("meal"), helpings: .anyNumber)],
            outputs: [CanteenLane.Output(name: "turnstile", span: .milliseconds(500))])
        return CanteenScenario(
            id: name("canteen"), merchantClass: name("canteen"), prices: prices,
            calendar: MealCalendar(zone: .china, periods: []), between: .sell, members: .any, lanes: [lane],
            waits: CanteenScenario.Waits(duplicate: .seconds(0)),
            timings: PaymentTimings(answerWithin: .seconds(2), askAgainAfter: .seconds(5)),
            offline: OfflinePolicy(
                limits: [.card: limits], perBox: Fen(50_000), perBoxCount: 100,
                longestWithoutContact: .seconds(86_400)),
            leases: LeasePolicy(
                amount: Fen(3_000), seconds: 1_800, renewBelow: Fen(1_200), renewBefore: .seconds(600),
                giveBackUnusedAfter: .seconds(3_600), most: 100))
    }

    private static func lane(_ till: Int) -> LaneID { name("till-\(till + 1)") }

    private func order(_ box: SimulatedBox, _ order: TillOrder) {
        box.tell(.own(.till(.ordered(Tills.lane(box.index), order, by: Clerk("cashier", .attendant)))))
    }

    func plan() {
        for box in world.boxes where box.isTill { again(box) }
    }

    private func again(_ box: SimulatedBox) {
        world.after(dice.between(5_000_000, 90_000_000)) {
            guard !self.world.isQuiet else { return }
            self.sell(box)
            self.again(box)
        }
    }

    private func sell(_ box: SimulatedBox) {
        switch dice.below(100) {
        case 0..<2: return order(box, .closeDay)
        case 2..<6: return box.tell(.own(.till(.expected((0..<Tills.customers).map { Tills.customer($0) }))))
        default: break
        }
        world.counts.sales += 1
        order(box, .keyed([SaleLine(amount: Fen(dice.between(100, 2_600)))]))
        let (who, how) = (Tills.customer(Int(dice.below(Int64(Tills.customers)))), dice.below(10))
        box.after(dice.between(500_000, 4_000_000)) { box in
            switch how {
            case 0: self.order(box, .cash)
            case 1: self.order(box, .cancel)
            default:
                box.tell(.own(.till(.presented(Tills.lane(box.index), Presentation(.holder(who), by: .card)))))
            }
        }
        // Who cannot pay goes away.
        box.after(dice.between(8_000_000, 30_000_000)) { self.order($0, .cancel) }
    }
}
