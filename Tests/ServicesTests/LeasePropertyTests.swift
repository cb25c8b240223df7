import Payments
import Services
import Testing
import Vocabulary
import Wire

@Suite("Two boxes and one purse")
struct LeasePropertyTests {
    /// Two boxes' real leases against the real platform, step by step by the dice.
    private final class Run {
        let site: LeaseSite
        let boxes: [LeaseBox]
        var dice: Dice
        /// Whether records always come within the grace.
        let isTimely: Bool
        var online: [Charge] = []
        private var said: [(box: Int, order: LeaseOrder)] = []
        private var numbers: UInt64 = 0
        private(set) var granted = 0

        init(seed: UInt64, isTimely: Bool) throws {
            site = try LeaseSite(mostPerPurse: 1_200, percent: 60)
            dice = Dice(state: seed)
            self.isTimely = isTimely
            boxes = [LeaseBox(0, at: site.time.milliseconds), LeaseBox(1, at: site.time.milliseconds)]
        }

        private var time: Int64 { site.time.milliseconds }

        private func number() -> UInt64 {
            numbers += 1
            return numbers
        }

        private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }

        func step() throws {
            let box = boxes[Int.random(in: 0...1, using: &dice)]
            let holder = chance(70) ? LeaseSite.rich : LeaseSite.poor
            switch Int.random(in: 0..<100, using: &dice) {
            case 0..<10: box.want(holder, LeaseSite.id(number()), at: time)
            case 10..<35: try deliver(box)
            case 35..<50:
                if !box.incoming.isEmpty {
                    box.hear(Int.random(in: 0..<box.incoming.count, using: &dice), at: time)
                }
            case 50..<68:
                box.spend(LeaseSite.charge(number(), Int64.random(in: 1...200, using: &dice), holder), at: time)
            case 68..<80: box.sync(Int.random(in: 1...8, using: &dice), at: time)
            case 80..<84: try drain(box)
            case 84..<88: box.link(isUp: chance(80), at: time)
            case 88..<89 where chance(60): box.crash(isReboot: chance(50), at: time)
            case 89..<90 where chance(50): box.giveAllBack(at: time)
            case 90..<91: box.setClock(off: chance(50) ? 0 : Int64.random(in: -90_000...90_000, using: &dice) * 1_000)
            case 91..<93: try payOnline(box, holder)
            case 93..<95: try repeatOldOrder()
            default: try pass(seconds: Int64.random(in: 1...200, using: &dice))
            }
        }

        /// A request arrives, sometimes twice; its answer sometimes does not.
        private func deliver(_ box: LeaseBox) throws {
            box.tick(at: time)
            guard let (order, ask) = box.takeOutgoing(at: time), !chance(10) else { return }
            said.append((box.index, order))
            for _ in 0..<(chance(10) ? 2 : 1) {
                let outcome = try site.ask(order, box: box.index)
                if case .granted = outcome { granted += 1 }
                if !chance(10) { box.put(order.lease, outcome, ask) }
            }
        }

        /// A message that was long on its way.
        private func repeatOldOrder() throws {
            guard let old = said.randomElement(using: &dice) else { return }
            _ = try site.ask(old.order, box: old.box)
        }

        private func payOnline(_ box: LeaseBox, _ holder: Holder) throws {
            let charge = LeaseSite.charge(number(), Int64.random(in: 1...300, using: &dice), holder)
            if try site.pay(charge, box: box.index) == .approved { online.append(charge) }
        }

        private func drain(_ box: LeaseBox) throws {
            try box.drain(
                { events in
                    _ = try site.store.ingest(
                        site.boxes[box.index].batch(events), from: site.boxes[box.index].device, at: site.time)
                }, at: time)
        }

        private func pass(seconds: Int64) throws {
            for box in boxes where isTimely {
                guard let oldest = box.oldest, time - oldest > 300_000 else { continue }
                box.sync(.max, at: time)
                try drain(box)
            }
            site.time.milliseconds += 1_000 * seconds
            for box in boxes { box.pass(seconds: seconds) }
        }

        /// Everything drains, and the leases' time goes by.
        func finish() throws {
            for box in boxes {
                box.sync(.max, at: time)
                try drain(box)
            }
            try site.pass(seconds: 100_000)
        }
    }

    private func check(_ run: Run) throws {
        try run.finish()
        let report = try run.site.store.ledgerReport()
        #expect(report.faults == [] && report.sumOfBooks == .zero)
        func balance(_ name: String) -> Int64 { report.balance(of: name)?.count ?? 0 }
        // Every meal that was handed out is paid or owed once, and nothing else is.
        let meals = run.boxes.flatMap(\.served) + run.online
        #expect(balance("merchant:canteen") == meals.reduce(0) { $0 + $1.quote.total.count })
        for (holder, account, opening) in [
            (LeaseSite.rich, "contract:rich", LeaseSite.opening), (LeaseSite.poor, "contract:poor", 300),
        ] {
            let eaten = meals.filter { $0.instrument.holder == holder }.reduce(0) { $0 + $1.quote.total.count }
            #expect(balance(account) >= 0 && balance(account) + eaten + balance("debt:\(holder.text)") == opening)
            // A debt is made only by what came after the rest had gone back.
            if run.isTimely { #expect(balance("debt:\(holder.text)") == 0) }
        }
        for box in ["till-1", "till-2"] {
            #expect(balance("lease:\(box):contract:rich") == 0 && balance("lease:\(box):contract:poor") == 0)
        }
        let incidents = Set(report.incidents.map(\.code))
        #expect(incidents.subtracting(run.isTimely ? [] : [.leaseOver]).isEmpty)
    }

    @Test(
        "in any order of grants, spends, crashes, clocks and lost messages no fen is spent by both",
        arguments: 1...24)
    func timely(seed: UInt64) throws {
        let run = try Run(seed: seed, isTimely: true)
        for _ in 0..<900 { try run.step() }
        try check(run)
        #expect(run.granted > 5 && run.boxes.reduce(0) { $0 + $1.served.count } > 5)
    }

    @Test("records that come long after make a debt at worst, never a loss of another's money", arguments: 101...116)
    func late(seed: UInt64) throws {
        let run = try Run(seed: seed, isTimely: false)
        for _ in 0..<900 { try run.step() }
        try check(run)
    }
}
