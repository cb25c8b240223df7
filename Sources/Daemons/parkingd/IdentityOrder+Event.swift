import Kiosk
import Parking
import Vocabulary

extension IdentityOrder {
    /// What the car park hears of it; nil where who or why says nothing.
    func event(at lane: LaneID) -> IdentityEvent? {
        func words(_ who: String, _ why: String) -> DeskWords? { DeskWords(who: who, why: why) }
        switch self {
        case .plate(let plate, let stay, let who, let why):
            return words(who, why).map { .plateCorrected(lane: lane, plate, stay: stay, $0) }
        case .issueTicket(let who, let why): return words(who, why).map { .ticketRequested(lane: lane, $0) }
        case .presentTicket(let text): return .ticketPresented(lane: lane, text)
        case .lostTicket(let stay, let who, let why):
            return words(who, why).map { .ticketLost(lane: lane, stay: stay, $0) }
        case .chooseStay(let stay, let who, let why): return words(who, why).map { .stayChosen(lane: lane, stay, $0) }
        case .setEntryTime(let stay, let entered, let who, let why):
            return words(who, why).map { .entryTimeSet(lane: lane, stay, entered: entered, $0) }
        case .writeEntry(let plate, let vehicle, let entered, let who, let why):
            return words(who, why).map { .entryWritten(lane: lane, plate, vehicle, entered: entered, $0) }
        }
    }
}
