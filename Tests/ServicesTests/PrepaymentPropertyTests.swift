import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite("A stay paid in any way and order")
struct PrepaymentPropertyTests {
    @Test(
        "prepaid, charged, promised, lost and given back in any order, a stay is paid once at most, and the books agree",
        arguments: 1...20)
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let park = try CarPark()
        let entered = park.time
        let stay = try park.enter(Site.rich)
        park.wait(minutes: 65)
        var orders: [PaymentID] = []
        var charges: [Charge] = []
        for number in 0..<50 {
            switch Int.random(in: 0..<11, using: &dice) {
            case 0, 1:
                let amount = try park.due(.stay(stay))?.quote.total ?? .zero
                if case .order(let order) = park.phone(
                    .payStay(site: CarPark.site, .stay(stay), amount: amount, key: "key-\(number)"))
                {
                    orders.append(order.payment)
                }
            case 2, 3: if let order = orders.randomElement(using: &dice) { _ = try park.book.pay(order) }
            case 4:
                // A box that knows what was paid on the phone, or does not; what it has charged itself it knows.
                let knows = !charges.isEmpty || Bool.random(using: &dice)
                let through = knows ? try park.find(.stay(stay))?.paidThrough : nil
                let charge = try park.exitCharge(stay, Site.rich, entered: entered, from: through, number: seed)
                guard charge.quote.total > .zero else { continue }
                charges.append(charge)
                _ = try park.charge(charge)
            case 5:
                if let charge = charges.randomElement(using: &dice) { _ = try park.charge(charge) }
            case 6:
                // Each box promises a stay once; which charge it was, the platform may know or not.
                guard charges.isEmpty, Int.random(in: 0..<3, using: &dice) == 0 else { continue }
                charges.append(try park.exitCharge(stay, Site.rich, entered: entered, number: seed))
                try park.record(.payment(.acceptedOffline, charges[0], nil))
            case 7: try park.step(isHeard: false)
            case 8: try park.restart()
            case 9: try park.pass(Int64.random(in: 1...8, using: &dice) * 1_000)
            default:
                // Somebody orders and pays without a mishap, if anything is due.
                try park.run()
                guard number.isMultiple(of: 2), try park.due(.stay(stay)) != nil else { continue }
                if let payment = try? park.prepay(.stay(stay), once: "whole-\(number)") { orders.append(payment) }
            }
            #expect(try park.store.ledgerReport().faults == [])
        }
        try park.run()
        try park.pass(300_000)
        #expect(try park.isSound())
        // Of no minute was more kept than its price: what all of it costs until now is the most.
        let whole = try park.exitCharge(stay, Site.rich, entered: entered).quote.total
        #expect(try park.balance("merchant:city") <= whole.count)
        for order in Set(orders) {
            let state = try park.look(order)
            #expect(state != .waiting)
            let held = try park.book.held(order)
            if case .paid = state { #expect(held > .zero) } else { #expect(held == .zero) }
        }
    }
}
