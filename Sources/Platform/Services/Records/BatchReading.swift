internal import JSONText
internal import Vocabulary
internal import Wire

/// What a payload of `up/records` turned out to be; everything that can be found out without the store.
struct BatchReading: Sendable {
    /// What one line asks for.
    enum Line: Equatable, Sendable {
        /// The box heard that a payment is approved.
        case approved(Charge)
        /// The box let a car out and promised that its contract pays.
        case acceptedOffline(Charge)
        /// The box let a car out whose owner owes the amount.
        case debt(Charge)
        /// A person took the money.
        case cashTaken(Charge)
        /// A car came in, and when.
        case stayOpened(StayEntry)
        /// A person has set the plate of a car inside right.
        case plateCorrected(StayID, Plate)
        /// A person has set the moment right at which a car inside came in.
        case entryTimeSet(StayID, WallTime, by: String)
        /// A car inside is charged by the rule for a lost ticket: its price does not begin with its entry.
        case ticketLost(StayID)
        /// It has left.
        case stayClosed(StayID)
        /// A shift of the cash drawer has ended, and when.
        case shiftClosed(ShiftClosing, at: WallTime)
        /// The box knows that a stay was paid for on the phone.
        case stayPrepaid(StayID, PaymentID)
        /// The box spent from, or paid out of, money that was set aside for it.
        case leaseSpent(LeaseID, Charge, [PurseSpend])
        case leasePaidOut(LeaseID, Payout)
        /// People were let in on a ticket, or did not pass after all.
        case ticket(TicketFact)
        /// Somebody had a meal, or it was undone.
        case meal(MealFact)
        /// The box set a damaged journal aside and began this one.
        case journalReplaced(previous: String, through: Int64, why: String, file: String)
        /// Evidence only.
        case evidence
        /// Not a record this version knows, and why.
        case unreadable(String)

        /// What was paid for, or is owed.
        var charge: Charge? {
            switch self {
            case .approved(let charge), .acceptedOffline(let charge), .debt(let charge), .cashTaken(let charge),
                .leaseSpent(_, let charge, _):
                charge
            case .stayOpened, .plateCorrected, .entryTimeSet, .ticketLost, .stayClosed, .shiftClosed, .stayPrepaid,
                .leasePaidOut, .ticket, .meal, .journalReplaced, .evidence, .unreadable:
                nil
            }
        }
    }

    /// A payload over this is not read: no box that keeps to its bounds sends one.
    static let mostBytes = 1 << 20

    let device: DeviceID
    /// The epoch that the header names, whether or not the rest is right; for the answer to a refused batch.
    let claimedEpoch: String?
    let content: Result<(batch: Batch, lines: [Line]), BatchError>
    /// The latest time in it by a synchronised clock; nil if there is none.
    let latest: WallTime?

    /// - Parameter pause: called between every ``RecordStreams/leastPart`` lines.
    init(
        _ payload: [UInt8], from device: DeviceID, enrolled: [DeviceID: BoxPublicKey], pause: () -> Void = {}
    ) {
        self.device = device
        guard payload.count <= BatchReading.mostBytes else {
            claimedEpoch = nil
            latest = nil
            content = .failure(.malformed(why: "it has over \(BatchReading.mostBytes) bytes"))
            return
        }
        do throws(BatchError) {
            let batch = try Batch.parse(payload, from: device) { enrolled[$0] }
            claimedEpoch = batch.epoch
            var latest: WallTime?
            let lines = batch.lines.enumerated().map { index, line in
                if index > 0, index.isMultiple(of: RecordStreams.leastPart) { pause() }
                return BatchReading.read(line, sequence: batch.first + Int64(index), &latest)
            }
            self.latest = latest
            content = .success((batch, lines))
        } catch {
            claimedEpoch = BatchReading.epoch(inHeaderOf: payload)
            latest = nil
            content = .failure(error)
        }
    }

    private static func read(_ line: [UInt8], sequence: Int64, _ latest: inout WallTime?) -> Line {
        do throws(WireError) {
            let (claimed, record) = try Record.parse(line: line)
            guard claimed == sequence else { return .unreadable("it calls itself record \(claimed)") }
            if record.isSynchronised { latest = max(latest ?? record.at, record.at) }
            switch record.event {
            case .payment(.approved, let charge, _): return .approved(charge)
            case .payment(.acceptedOffline, let charge, _): return .acceptedOffline(charge)
            case .payment(.cashTaken, let charge, _): return .cashTaken(charge)
            case .debt(let charge): return .debt(charge)
            case .stayOpened(let entry): return .stayOpened(entry)
            case .plateCorrected(let correction):
                return correction.stay.map { .plateCorrected($0, correction.plate) } ?? .evidence
            case .deskAct(let act): return act.line
            case .shiftClosed(let shift): return .shiftClosed(shift, at: record.at)
            case .stayClosed(let stay, _, _): return .stayClosed(stay)
            case .leaseSpent(let lease, let charge, let spends): return .leaseSpent(lease, charge, spends)
            case .leasePaidOut(let lease, let payout): return .leasePaidOut(lease, payout)
            case .ticket(let fact): return .ticket(fact)
            case .identified(let who):
                guard let meal = who.meal, !who.isKeyed else { return .evidence }
                return .meal(MealFact(transit: who.transit, holder: who.holder, meal: meal, served: record.at))
            case .mealUndone(let transit, let holder, let meal):
                return .meal(MealFact(transit: transit, holder: holder, meal: meal, served: nil))
            case .stayPrepaid(let stay, let payment): return .stayPrepaid(stay, payment)
            case .payment, .refund, .policyChanged, .leaseGivenBack, .started, .decision, .hostPays, .pulse, .passage,
                .manualOpening, .shiftOpened, .alarm, .boxAlarm:
                return .evidence
            case .journalReplaced(let previous, let through, let why, let file):
                // Without the old one's name there is nothing to compare: the record itself is what is known.
                return previous.map { .journalReplaced(previous: $0, through: through ?? 0, why: why, file: file) }
                    ?? .evidence
            }
        } catch { return .unreadable("\(error)") }
    }

    private static func epoch(inHeaderOf payload: [UInt8]) -> String? {
        let header = payload.prefix { $0 != UInt8(ascii: "\n") }
        guard let node = try? JSONNode.parse(Array(header), dialect: .json), let epoch = node["epoch"]?.string,
            (1...64).contains(epoch.utf8.count)
        else { return nil }
        return epoch
    }
}

extension DeskAct {
    /// What an attendant's act means for the cars inside.
    fileprivate var line: BatchReading.Line {
        guard let stay = car.stay else { return .evidence }
        switch kind {
        case .entryTimeSet: return entered.map { .entryTimeSet(stay, $0, by: who) } ?? .evidence
        case .lostTicket: return .ticketLost(stay)
        case .admitted, .debtorPassed, .waived, .stayChosen, .ticketIssued, .entryWritten, .stayEnded, .serviceReset:
            return .evidence
        }
    }
}
