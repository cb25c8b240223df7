internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What a car's owner owes for earlier visits: shown at the gates, and tried again there.
extension ParkingSite {
    /// What the owner of this plate owes; nil if nothing.
    func debt(of plate: Plate) -> Denial? {
        guard let denial = lists.denials[Holder(plate: plate)], denial.owed > .zero else { return nil }
        return denial
    }

    /// Asks the platform to try each debt again. Whoever asks, and however often: a debt is taken once.
    mutating func collectDebts(of plate: Plate, at now: ClockReading) {
        guard isLinkUp, let denial = debt(of: plate) else { return }
        for id in denial.debts {
            effects.append(
                .send(.collect(id), RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
        }
    }

    /// Whether the car has to wait for its debts to be paid.
    mutating func holdsDebtor(
        _ index: Int, _ transit: UUIDv7, _ plate: Plate, _ treatment: ParkingDebtors.Treatment, at now: ClockReading
    ) -> Bool {
        lanes[index].transaction?.owed = nil
        guard let denial = debt(of: plate), lanes[index].transaction?.orders.isDebtPassed != true,
            standing(plate, lanes[index].transaction?.vehicle ?? .small, at: now).guest != .special
        else { return false }
        collectDebts(of: plate, at: now)
        guard treatment == .hold else { return false }
        lanes[index].transaction?.owed = denial.owed
        hold(index, transit, .owes, because: "owes", at: now)
        return true
    }
}
