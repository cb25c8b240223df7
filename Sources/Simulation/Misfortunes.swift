internal import Vocabulary

/// What goes wrong, and when.
final class Misfortunes {
    private let world: World
    private var dice: Dice

    init(_ world: World) {
        self.world = world
        dice = Dice(seed: world.setup.seed, 4)
    }

    func plan() {
        for box in world.boxes {
            again(.loss, everyMinutes: 9) { self.dropLink(box) }
            again(.boxCrashes, everyMinutes: 12) { box.planCrash(boundaries: self.dice.between(0, 45)) }
            again(.boxCrashes, everyMinutes: 25) { box.planCrashInCommit() }
            again(.boxCrashes, everyMinutes: 20) { box.planCrashAfterRequest() }
            again(.fullDisk, everyMinutes: 45) { self.fillDisk(box) }
            again(.clockJumps, everyMinutes: 40) { self.jump(box) }
        }
        again(.brokerRestarts, everyMinutes: 35) {
            self.world.broker.restart(downFor: self.dice.between(500_000, 40_000_000))
        }
        again(.platformRestarts, everyMinutes: 20) { self.world.platform.planRestart(messages: self.dice.below(12)) }
    }

    /// Again and again, at random, as often as the fault's mean says.
    private func again(_ fault: SimulatedFault, everyMinutes mean: Int64, _ work: @escaping () -> Void) {
        guard world.setup.faults.contains(fault) else { return }
        let pause = dice.between(1, 2 * VirtualTime.minutes(mean) * world.setup.calm)
        world.after(pause) {
            guard self.world.has(fault) else { return }
            work()
            self.again(fault, everyMinutes: mean, work)
        }
    }

    private func dropLink(_ box: SimulatedBox) {
        let isLong = dice.chance(perMille: 300)
        let outage = isLong ? dice.between(60_000_000, 900_000_000) : dice.between(300_000, 20_000_000)
        world.broker.drop(box, isSilent: dice.chance(perMille: 300), outage: outage)
    }

    private func fillDisk(_ box: SimulatedBox) {
        guard !box.isDiskFull else { return }
        world.counts.fullDisks += 1
        world.note("disk full", box.number, "the disk of \(box.device) is full")
        box.isDiskFull = true
        world.after(dice.between(5_000_000, 600_000_000)) {
            self.world.note("disk", box.number, "the disk of \(box.device) has room again")
            box.isDiskFull = false
        }
    }

    private func jump(_ box: SimulatedBox) {
        world.counts.clockJumps += 1
        let isMended = dice.chance(perMille: 400)
        box.wallOffsetMilliseconds = isMended ? 0 : dice.between(-6 * 3_600_000, 6 * 3_600_000)
        world.note("jump", box.number, "the wall clock of \(box.device) is \(box.wallOffsetMilliseconds) ms off")
    }

    /// Everything is mended, and stays so.
    func end() {
        for box in world.boxes {
            box.isDiskFull = false
            box.wallOffsetMilliseconds = 0
        }
    }
}
