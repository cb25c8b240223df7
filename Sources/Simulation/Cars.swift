internal import BoxRules
internal import Effects
internal import Parking
internal import Vocabulary

/// A car and who drives it.
final class Car {
    enum Place { case outside, inside, underWay }

    let plate: Plate
    var place = Place.outside

    init(plate: Plate) { self.plate = plate }
}

/// One car at the boom of one lane.
final class Visit {
    let car: Car
    /// The sign tells it to go.
    var mayGo = false
    var isGoing = false
    /// It follows the car before it, whatever the sign says.
    var isTailgating = false
    var attempts = 0

    init(_ car: Car) { self.car = car }
}

/// How cars come, are read, wait, go, follow each other and turn back.
extension VirtualLane {
    func arrive(_ car: Car) {
        car.place = .underWay
        line.append(car)
        takeNext()
    }

    private func takeNext() {
        guard visit == nil, !line.isEmpty else { return }
        let next = Visit(line.removeFirst())
        visit = next
        world.after(box.dice.between(500_000, 2_500_000)) { self.look(next) }
        planPatience(next)
    }

    /// The camera reads the plate, and again as long as the car stands there; sometimes wrongly, sometimes twice.
    private func look(_ visit: Visit) {
        guard self.visit === visit, !visit.isGoing else { return }
        let times = box.dice.chance(perMille: 150) ? 2 : 1
        for _ in 0..<times { read(visit.car.plate) }
        world.after(box.dice.between(12_000_000, 25_000_000)) { self.look(visit) }
        considerGoing()
    }

    private func read(_ plate: Plate) {
        let isWrong = box.dice.chance(perMille: 15)
        let seen = isWrong ? VirtualLane.misread(plate) : plate
        let confidence = box.dice.chance(perMille: 20) ? 40 : 95
        world.note("read", box.number, "\(self.box.device) \(self.id) reads \(seen.text), \(confidence) %")
        box.tell(.own(.parking(.plateRead(lane: id, PlateSighting(seen, confidence: confidence, vehicle: .small)))))
    }

    /// The last character taken for another that looks like it.
    private static func misread(_ plate: Plate) -> Plate {
        let pairs: [Character: Character] = ["0": "D", "8": "B", "2": "Z", "5": "S", "7": "1", "1": "7"]
        guard let last = plate.text.last, let other = pairs[last],
            let wrong = try? Plate(String(plate.text.dropLast()) + String(other))
        else { return plate }
        return wrong
    }

    // MARK: - Going

    func considerGoing() {
        guard let visit, !visit.isGoing, boom == .open, visit.mayGo || visit.isTailgating else { return }
        if visit.mayGo, !visit.isTailgating, !world.isQuiet, box.dice.chance(perMille: 20) { return backOff(visit) }
        visit.isGoing = true
        world.after(box.dice.between(600_000, 3_500_000)) { self.drive(visit) }
    }

    private func drive(_ visit: Visit) {
        guard self.visit === visit else { return }
        let isReckless = visit.isTailgating && boom == .falling
        guard boom == .open || boom == .rising || isReckless else {
            // It came down again: wait for the next time.
            (visit.isGoing, visit.isTailgating) = (false, false)
            return
        }
        occupy(true)
        // Now and then an engine stalls, under the boom.
        let isStalled = box.dice.chance(perMille: 20)
        world.after(isStalled ? box.dice.between(5_000_000, 90_000_000) : box.dice.between(1_200_000, 4_000_000)) {
            self.occupy(false)
            self.passed(visit)
        }
    }

    private func passed(_ visit: Visit) {
        guard self.visit === visit else { return }
        self.visit = nil
        world.note("passed", box.number, "\(visit.car.plate.text) is through \(self.id) of \(self.box.device)")
        if visit.isTailgating { world.counts.tailgated += 1 }
        visit.car.place = isEntry ? .inside : .outside
        if isEntry { world.counts.carsIn += 1 } else { world.counts.carsOut += 1 }
        if !isEntry { world.checker.left(self) }
        if isEntry { box.park(visit.car) }
        followUp()
    }

    /// Who is next comes up to the boom, or straight through behind the other.
    private func followUp() {
        guard !line.isEmpty else { return }
        if boom == .open, box.dice.chance(perMille: 30) {
            let next = Visit(line.removeFirst())
            next.isTailgating = true
            next.isGoing = true
            visit = next
            read(next.car.plate)
            world.after(box.dice.between(300_000, 2_500_000)) { self.drive(next) }
            planPatience(next)
        } else {
            world.after(box.dice.between(500_000, 3_000_000)) { self.takeNext() }
        }
    }

    /// The sign says go, and the driver has second thoughts.
    private func backOff(_ visit: Visit) {
        visit.isGoing = true
        world.after(box.dice.between(1_000_000, 5_000_000)) {
            guard self.visit === visit else { return }
            self.leave(visit)
        }
    }

    // MARK: - Patience

    private func planPatience(_ visit: Visit) {
        world.after(box.dice.between(45_000_000, 200_000_000)) {
            guard self.visit === visit else { return }
            if visit.isGoing { return self.planPatience(visit) }
            visit.attempts += 1
            if visit.attempts > 3 || !self.world.isQuiet && self.box.dice.chance(perMille: 350) {
                return self.leave(visit)
            }
            self.callAttendant(visit)
            self.planPatience(visit)
        }
    }

    private func callAttendant(_ visit: Visit) {
        world.counts.openedByHand += 1
        world.note("by hand", box.number, "the attendant opens \(self.id) of \(self.box.device)")
        box.tell(.own(.parking(.openedByHand(lane: id, who: "attendant", reason: "called"))))
        // Where a boom has gone out of service somebody looks at it.
        box.after(5_000_000) {
            $0.tell(.own(.parking(.serviceReset(lane: self.id, who: "engineer", why: "looked at it"))))
        }
    }

    private func leave(_ visit: Visit) {
        self.visit = nil
        world.counts.turnedBack += 1
        world.note("turns back", box.number, "\(visit.car.plate.text) turns back at \(self.id) of \(self.box.device)")
        if isEntry {
            visit.car.place = .outside
        } else {
            visit.car.place = .inside
            box.park(visit.car)
        }
        world.after(box.dice.between(500_000, 3_000_000)) { self.takeNext() }
    }
}

extension SimulatedBox {
    /// The car stands inside for a while and then comes to an exit.
    func park(_ car: Car) {
        car.place = .inside
        let minutes =
            dice.chance(perMille: 150) ? dice.between(1, 14) : dice.between(16, world.setup.longestStayMinutes)
        world.after(VirtualTime.minutes(minutes) + dice.below(60_000_000)) {
            guard !self.world.isQuiet else { return }
            let exits = self.lanes.filter { !$0.isEntry }
            guard !exits.isEmpty else { return }
            self.dice.pick(exits).arrive(car)
        }
    }
}
