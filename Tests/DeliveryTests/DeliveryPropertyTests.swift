import Testing
import Vocabulary

@testable import Delivery

@Suite("Delivery over a bad network")
struct DeliveryPropertyTests {
    @Test(
        "everything on disk reaches the platform, whatever is lost, doubled, late, cut or restarted", arguments: 1...60)
    func everythingArrives(seed: UInt64) {
        var world = DeliveryWorld(seed: seed)
        var dice = Dice(seed: seed &* 7_919)
        world.lossOneIn = Int.random(in: 3...12, using: &dice)
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &dice) {
            case 0...3: world.write(Int64.random(in: 1...30, using: &dice))
            case 4, 5: world.link(isUp: true)
            case 6: world.link(isUp: false)
            case 7: world.restart()
            case 8: world.tell(.livePayments(Int.random(in: 0...2, using: &dice)))
            default:
                if dice.chance(oneIn: 3) { world.restorePlatform(to: Int64.random(in: 0...200, using: &dice)) }
            }
            world.run(for: .milliseconds(Int64.random(in: 0...3_000, using: &dice)))
        }
        world.lossOneIn = 0
        world.write(1)
        world.link(isUp: true)
        world.run(for: .seconds(300)) { $0.isDelivered }
        #expect(world.isDelivered, "the platform has \(world.platform) of \(world.durable)")
        #expect(world.machine.queued == 0)
        #expect(world.faults.isEmpty)
    }

    @Test("a thousand records over a good link take few more batches than they fill", arguments: [1, 2])
    func noWaste(seed: UInt64) {
        var world = DeliveryWorld(seed: seed)
        world.write(1_000)
        world.link(isUp: true)
        world.run(for: .seconds(60)) { $0.isDelivered }
        #expect(world.isDelivered)
        #expect(world.sends < 1_000 / Int(DeliveryWorld.batchSize) * 3)
    }

    @Test("a batch that is refused is tried again ever more slowly, and the rest waits behind it")
    func refusals() {
        var world = DeliveryWorld(seed: 1)
        world.poison = 1
        world.write(40)
        world.link(isUp: true)
        world.run(for: .seconds(3_600))
        // With pauses of half a minute to a minute, an hour has room for some 150 rounds of at most four batches.
        #expect(world.sends <= 160 * (DeliveryMachine.window + 1))
        #expect(world.platform == 0)
        world.poison = nil
        world.run(for: .seconds(120)) { $0.isDelivered }
        #expect(world.isDelivered)
        #expect(world.faults.isEmpty)
    }

    @Test("a platform restored from an old backup gets again what it has lost")
    func restored() {
        var world = DeliveryWorld(seed: 3)
        world.write(50)
        world.link(isUp: true)
        world.run(for: .seconds(10)) { $0.isDelivered }
        world.restorePlatform(to: 20)
        world.write(1)
        world.run(for: .seconds(60)) { $0.isDelivered }
        #expect(world.isDelivered)
        #expect(world.rewinds.first == 21)
    }
}
