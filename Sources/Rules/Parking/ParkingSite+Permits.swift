internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who may come in, by the list of permits and the places that are left; and on what terms a car leaves.
extension ParkingSite {
    /// How the car at a lane stands now; one without a plate stands like anybody.
    func standing(_ plate: Plate?, _ vehicle: VehicleClass, at now: ClockReading) -> GateRules.Standing {
        scenario.access.standing(vehicle, plate.flatMap { lists.permits[Holder(plate: $0)] }, at: now.wall)
    }

    /// How many places are taken, by the cars that this box knows to be inside: those that other boxes told of count.
    /// - Parameter leaving: a stay that ends with the decision.
    func places(without leaving: Stay?, at now: ClockReading) -> GateRules.Places {
        // Only a reserve needs them told apart.
        let members = scenario.access.reservedForMembers > 0 ? stays.values.count { isMember($0, at: now) } : 0
        var places = GateRules.Places(inside: Int64(stays.count), members: Int64(members))
        if let leaving {
            places.inside -= 1
            if scenario.access.reservedForMembers > 0, isMember(leaving, at: now) { places.members -= 1 }
        }
        return places
    }

    private func isMember(_ stay: Stay, at now: ClockReading) -> Bool {
        let guest = standing(stay.plate, stay.vehicle, at: now).guest
        return guest == .member || guest == .staff
    }

    /// Whether the car has to stay outside. A barred plate raises an alarm whatever becomes of it.
    /// - Parameter leaving: the stay of its plate that ends as it comes in.
    mutating func holdsAtEntry(
        _ index: Int, _ transit: UUIDv7, _ plate: Plate?, leaving: Stay?, at now: ClockReading
    ) -> Bool {
        let car = standing(plate, lanes[index].transaction?.vehicle ?? .small, at: now)
        if car.isBarred, let plate { raiseBarred(index, plate) }
        guard lanes[index].transaction?.orders.isAdmitted != true,
            let reason = scenario.access.refusal(of: car, places(without: leaving, at: now))
        else { return false }
        hold(index, transit, reason, because: reason.rawValue, at: now)
        return true
    }

    /// Once for each car.
    private mutating func raiseBarred(_ index: Int, _ plate: Plate) {
        guard lanes[index].transaction?.orders.isBarredRaised == false else { return }
        lanes[index].transaction?.orders.isBarredRaised = true
        let lane = lanes[index].definition.id
        effects.append(.log(.warning, "\(lane): \(plate) is barred"))
        raise(index, .barredPlate)
    }

    /// What the sign welcomes a car with: what it owes comes first, then how its pass stands.
    func welcome(_ plate: Plate?, _ vehicle: VehicleClass, at now: ClockReading) -> Notice {
        if let plate, let debt = debt(of: plate) { return .owes(plate, debt.owed) }
        return switch standing(plate, vehicle, at: now).remark {
        case .passInGrace(let minutes): .passInGrace(plate, days: minutes / 1_440 + (minutes % 1_440 == 0 ? 0 : 1))
        case .passExpired, .passNotYet: .passExpired(plate)
        case .visitorEarly, .visitorLate: .visitOutside(plate)
        case nil: .welcome(plate)
        }
    }

    /// By what the stay is priced.
    func terms(of stay: Stay, at now: ClockReading) -> GateRules.Terms {
        scenario.access.terms(of: standing(stay.plate, stay.vehicle, at: now))
    }

    /// The zone of the pass that counts for the stay.
    func passZone(of stay: Stay, at now: ClockReading) -> Slug? {
        if case .pass(let zone, _) = terms(of: stay, at: now) { zone } else { nil }
    }

    /// The word under which a stay leaves that costs nothing.
    func freeWord(_ stay: Stay, at now: ClockReading) -> String {
        if case .pass(_, let word) = terms(of: stay, at: now) { return word }
        return stay.paidThrough == nil ? "free" : "paidBefore"
    }

    /// Lets a car out that pays nothing by its terms.
    mutating func leavesFree(_ index: Int, _ transit: UUIDv7, _ stay: Stay, at now: ClockReading) -> Bool {
        guard case .free(let word) = terms(of: stay, at: now) else { return false }
        leave(
            index, transit, .goFree(stay.plate), .letOut, because: word,
            with: hostPays(index, transit, stay, at: now), at: now)
        return true
    }

    /// What the host of a visitor who pays nothing is to pay, by the tariff; none where it comes to nothing.
    private func hostPays(_ index: Int, _ transit: UUIDv7, _ stay: Stay, at now: ClockReading) -> [Record.Event] {
        guard let plate = stay.plate, standing(plate, stay.vehicle, at: now).guest == .visitor,
            let quote = try? quote(stay, at: now), quote.total > .zero
        else { return [] }
        let lane = lanes[index].definition.id
        return [.hostPays(transit: transit, lane: lane, plate: plate, stay: stay.id, quote)]
    }

    /// Cars that wait for a place, or for the list to be put right, get another decision.
    mutating func considerPermitsAgain(at now: ClockReading) {
        let reasons: [Notice.HoldReason] = [
            .notPermitted, .barred, .passExpired, .passNotYet, .visitorEarly, .visitorLate,
        ]
        for reason in reasons { considerAgain(heldFor: reason, at: now) }
        for index in lanes.indices { considerExitTerms(index, at: now) }
    }

    /// A driver who waits to pay has renewed the pass: the car pays the new price, or nothing.
    private mutating func considerExitTerms(_ index: Int, at now: ClockReading) {
        guard lanes[index].definition.direction == .exit, let car = lanes[index].transaction,
            lanes[index].machine.transit == car.transit, car.heldFor != nil || isPayerAwaited(car),
            let due = car.quote?.total, let stay = car.stay.flatMap({ stays[$0] })
        else { return }
        switch terms(of: stay, at: now) {
        case .tariff: return
        case .free: break
        case .pass: guard let quote = try? quote(stay, at: now), quote.total < due else { return }
        }
        abandonPayment(lane: index, at: now)
        lanes[index].transaction?.heldFor = nil
        consider(index, car.transit, at: now)
    }
}
