import Acquiring
import Testing
import Vocabulary

@Suite struct AcquirerOrderTests {
    private let now = ModelNetwork.start
    private let timings = ModelNetwork.timings

    private func order(_ answers: AcquirerAnswer...) -> AcquirerOrder {
        var order = AcquirerOrder(amount: Fen(700), isShown: false, at: now, timings)
        for answer in answers { _ = order.handle(.answered(answer), at: now, timings) }
        return order
    }

    private func later(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: now.milliseconds + milliseconds) }

    @Test(
        "after \"unknown\" the order is asked for in 5 s, while a password is typed in 10 s",
        arguments: [(AcquirerAnswer.unknown, 5_000 as Int64), (.pending, 10_000 as Int64)])
    func pauses(answer: AcquirerAnswer, pause: Int64) {
        var order = order(answer)
        #expect(order.handle(.due, at: later(pause - 1), timings) == [])
        #expect(order.handle(.due, at: later(pause), timings) == [.query])
    }

    @Test(
        "a WeChat payment is reversed no sooner than 15 s after it was asked for",
        arguments: [(14_999 as Int64, [AcquirerOrder.Action]()), (15_000 as Int64, [.reverse])])
    func notTooSoon(after: Int64, actions: [AcquirerOrder.Action]) {
        var order = order(.approved(Fen(700)))
        #expect(order.handle(.undo, at: later(1_000), timings) == [])
        #expect(order.handle(.due, at: later(after), timings) == actions)
    }

    @Test(
        "a reversal is repeated while unanswered, up to 7 days after the payment; then it is seen to otherwise",
        arguments: [(604_799_999 as Int64, AcquirerOrder.Action.reverse), (604_800_000 as Int64, .query)])
    func notTooLate(after: Int64, action: AcquirerOrder.Action) {
        var order = order(.approved(Fen(700)))
        _ = order.handle(.undo, at: later(1_000), timings)
        #expect(order.handle(.due, at: later(20_000), timings) == [.reverse])
        #expect(order.handle(.answered(.unknown), at: later(20_000), timings) == [])
        #expect(order.handle(.due, at: later(after), timings) == [action])
        // What was reversed unheard is not refunded as well; what was not, is.
        guard action == .query else { return }
        #expect(order.handle(.answered(.approved(Fen(700))), at: later(after), timings) == [])
        #expect(order.handle(.due, at: later(after), timings) == [.refund(Fen(700))])
    }

    @Test("the pauses between reversals grow to ten minutes and no further")
    func backoff() {
        var order = order(.approved(Fen(700)))
        _ = order.handle(.undo, at: now, timings)
        var pauses: [Int64] = []
        for _ in 0..<12 {
            let due = order.next!
            #expect(order.handle(.due, at: due, timings) == [.reverse])
            _ = order.handle(.answered(.unknown), at: due, timings)
            pauses.append(order.next!.milliseconds - due.milliseconds)
        }
        #expect(Array(pauses.prefix(4)) == [5_000, 10_000, 20_000, 40_000])
        #expect(pauses.last == 600_000 && pauses.max() == 600_000)
    }

    @Test(
        "a payer who does not confirm is given up after 60 s, whatever the network says meanwhile",
        arguments: [AcquirerAnswer.pending, .unknown])
    func notConfirmed(answer: AcquirerAnswer) {
        var order = order(answer)
        var time = now
        for _ in 0..<100 where order.phase == .asking || order.phase == .pending {
            time = order.next!
            if order.handle(.due, at: time, timings) == [.query] {
                _ = order.handle(.answered(answer), at: time, timings)
            }
        }
        #expect(order.phase == .reversing)
        #expect((60_000...70_000).contains(time.milliseconds - now.milliseconds))
    }

    @Test("money of another amount is not ours: it is undone, and a person hears of it")
    func wrongAmount() {
        var order = AcquirerOrder(amount: Fen(700), isShown: true, at: now, timings)
        #expect(
            order.handle(.answered(.approved(Fen(699))), at: now, timings) == [.trouble(.wrongAmount(Fen(699)))])
        #expect(order.phase == .reversing)
    }

    @Test("an order whose authorisation may still be under way is not asked for, however often its box asks")
    func doesNotOvertake() {
        var order = AcquirerOrder(amount: Fen(700), isShown: false, at: now, timings)
        #expect(order.handle(.wanted, at: later(11_999), timings) == [])
        #expect(order.handle(.due, at: later(12_000), timings) == [.query])
    }

    @Test(
        "a box that asks often makes one question a second at the network",
        arguments: [(999 as Int64, [AcquirerOrder.Action]()), (1_000 as Int64, [.query])])
    func wanted(after: Int64, actions: [AcquirerOrder.Action]) {
        var order = order(.pending)
        #expect(order.handle(.wanted, at: later(after), timings) == actions)
        // One that comes too early is not forgotten.
        if actions.isEmpty { #expect(order.handle(.due, at: later(1_000), timings) == [.query]) }
    }

    @Test("what was refunded in part is undone by a refund of the rest")
    func rest() {
        var order = order(.approved(Fen(700)))
        order.refunded = Fen(200)
        _ = order.handle(.undo, at: later(20_000), timings)
        #expect(order.handle(.due, at: later(20_000), timings) == [.refund(Fen(500))])
    }

    @Test("a wall clock that is set back a day holds nothing up")
    func clockBack() {
        var order = order(.pending)
        let back = later(-86_400_000)
        #expect(order.isDue(at: back, timings))
        #expect(order.handle(.due, at: back, timings) == [.query])
        _ = order.handle(.undo, at: back, timings)
        #expect(order.handle(.due, at: WallTime(milliseconds: back.milliseconds + 15_000), timings) == [.reverse])
    }

    @Test(
        "in every order of events, losses and waits, money ends where the books say, and calls keep to their times",
        arguments: ModelNetwork.Temper.allCases)
    func exploration(temper: ModelNetwork.Temper) {
        var seen: Set<ModelNetwork> = []
        var edge: [ModelNetwork] = [.none, .open, .paid, .declined].map { ModelNetwork($0, temper) }
        for _ in 0..<6 {
            var further: [ModelNetwork] = []
            for world in edge {
                for next in Self.successors(of: world) where seen.insert(next).inserted {
                    #expect(next.fault == nil, "\(next)")
                    further.append(next)
                }
            }
            edge = further
        }
        #expect(seen.count > 2_000)
        let phases = Set(seen.map(\.order.phase))
        #expect(phases == Set(AcquirerOrder.Phase.allCases).subtracting(temper == .keepsAll ? [] : [.held]))
        // Left alone with a network that answers again, every order comes to an end.
        for world in edge.prefix(2_000) {
            var world = world
            for _ in 0..<40 where world.order.next != nil {
                world.now = max(world.now, world.order.next!)
                world.handle(.due)
            }
            #expect(world.order.next == nil && world.fault == nil, "\(world)")
        }
    }

    private static func successors(of world: ModelNetwork) -> [ModelNetwork] {
        var result: [ModelNetwork] = []
        func add(_ change: (inout ModelNetwork) -> Void) {
            var copy = world
            change(&copy)
            result.append(copy)
        }
        for fate in ModelNetwork.Fate.allCases {
            add { $0.handle(.due, fate) }
            add { $0.handle(.wanted, fate) }
        }
        add { $0.handle(.undo) }
        if world.order.phase == .asking, world.order.tries == 0 {
            add { $0.handle(.answered($0.word)) }
            add { $0.handle(.answered(.unknown)) }
        }
        if world.state == .open { add { $0.state = .paid } }
        for wait: Int64 in [5_000, 15_000, 61_000, 605_000_000] { add { $0.wait(wait) } }
        return result
    }
}
