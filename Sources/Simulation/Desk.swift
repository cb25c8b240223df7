internal import BoxRules
internal import Effects
internal import Parking
internal import Vocabulary
internal import Wire

/// What people do at an exit where the contract does not pay: codes, cash, and money back.
extension VirtualLane {
    func payAtDesk(_ visit: Visit) {
        guard box.dice.chance(perMille: 650) else { return }
        world.after(box.dice.between(2_000_000, 25_000_000)) {
            guard self.visit === visit, !visit.mayGo, !visit.isGoing else { return }
            if case .callAttendant(_, .entryTimeUnknown, _)? = self.shown { return self.setEntryTime() }
            switch self.box.dice.below(10) {
            case 0..<5:
                guard let code = self.code() else { return }
                self.world.note("code", self.box.number, "a phone shows \(code.masked) at \(self.id)")
                self.box.tell(.own(.parking(.codePresented(lane: self.id, code))))
            case 5..<8: self.box.tell(.own(.parking(.codeRequested(lane: self.id))))
            default: self.box.tell(.own(.parking(.cashTaken(lane: self.id, who: "attendant"))))
            }
        }
    }

    /// Nobody may be charged by a clock that was wrong: the attendant asks the driver when the car came in.
    private func setEntryTime() {
        // By a box whose clock stands wrong now no time can be told; such a car is let out by hand.
        guard box.wallOffsetMilliseconds == 0, let stay = box.stay(at: id),
            let words = DeskWords(who: "attendant", why: "the driver says so")
        else {
            return
        }
        let entered = WallTime(milliseconds: world.wall.milliseconds - box.dice.between(3, 30) * 60_000)
        world.note("desk", box.number, "the attendant says when the car at \(self.id) came in")
        box.tell(.own(.parking(.identity(.entryTimeSet(lane: id, stay, entered: entered, words)))))
    }

    /// A code of some network; its last digits choose what the sandbox makes of it, most often nothing special.
    private func code() -> PayerCode? {
        let special = box.dice.chance(perMille: 400)
        let script = special ? box.dice.between(1, 8) : box.dice.between(11, 99)
        let middle = box.dice.between(100_000_000_000, 999_999_999_999)
        let ending = script < 10 ? "0\(script)" : "\(script)"
        switch box.dice.below(3) {
        case 0: return try? PayerCode("13\(middle)11\(ending)")
        case 1: return try? PayerCode("28\(middle)1111\(ending)")
        default: return try? PayerCode("62\(middle)111\(ending)")
        }
    }
}

extension SimulatedBox {
    /// Now and then somebody complains, and gets some of the money back.
    func planRefunds() {
        world.after(VirtualTime.minutes(dice.between(3, 25))) {
            guard !self.world.isQuiet else { return }
            if let charge = self.lastApproved, charge.quote.total > .zero {
                let isWhole = self.dice.chance(perMille: 400)
                let amount = isWhole ? charge.quote.total.count : self.dice.between(1, charge.quote.total.count)
                let id = UUIDv7(at: self.world.wall, random: (self.dice.bits(), self.dice.bits()))
                self.world.counts.refunds += 1
                self.world.note("refund", self.number, "\(amount) fen of \(charge.payment) are asked back")
                self.tell(
                    .own(
                        .parking(
                            .refund(
                                Refund(
                                    id: id, payment: charge.payment, amount: Fen(amount), who: "attendant",
                                    why: "complaint")))))
            }
            self.planRefunds()
        }
    }
}
