internal import Effects
public import Tickets
internal import Vocabulary
internal import Wire

/// What somebody with a ticket reads.
public enum TicketWord: Hashable, Sendable {
    /// Only tickets pass here.
    case showTicket
    case checking
    /// This ticket was read a moment ago.
    case seen
    /// Which of how many may pass; and how many may pass on the ticket after them.
    case pass(Int64, of: Int64, left: Int64)
    /// And where and when somebody was last let in on it.
    case refused(TicketRefusal, last: String?)
    /// So many did not pass.
    case notPassed(Int64, isGivenBack: Bool)
    /// The desk has given so many back to the ticket.
    case givenBack(Int64)
    /// So many are to be let in on the next ticket.
    case people(Int64)
}

extension TicketWord {
    var words: (chinese: String, english: String) {
        switch self {
        case .showTicket: ("请扫描门票二维码", "Show your ticket's code")
        case .checking: ("正在验票", "Checking the ticket")
        case .seen: ("此票刚刚验过", "This ticket was just read")
        case .pass(_, of: 1, left: _): ("请通行", "Please pass")
        case .pass(let number, let people, _): ("请通行 \(number)/\(people)", "Please pass: \(number) of \(people)")
        case .refused(let why, _): why.words
        case .notPassed(let people, true): ("\(people)人未通行，已退回票内", "\(people) did not pass: the ticket has them again")
        case .notPassed(let people, false): ("\(people)人未通行", "\(people) did not pass")
        case .givenBack(let people): ("已退回\(people)人次", "\(people) given back to the ticket")
        case .people(let count): ("下一张票：\(count)人", "Next ticket: \(count) people")
        }
    }

    var advice: (chinese: String, english: String)? {
        switch self {
        case .pass(_, _, let left) where left > 0: ("本票还可入\(left)人", "\(left) more may pass on this ticket")
        case .refused(_, let last?): ("上次入场：\(last)", "Last let in: \(last)")
        case .notPassed(_, true): ("再次扫描即可入场", "Show it again to pass")
        case .notPassed(_, false): ("请到服务台", "Please ask at the desk")
        case .showTicket, .checking, .seen, .pass, .refused, .givenBack, .people: nil
        }
    }

    var sound: CanteenSound {
        switch self {
        case .showTicket, .seen, .givenBack, .people: .none
        case .checking: .wait
        case .pass: .ok
        case .refused, .notPassed: .refused
        }
    }

    var notice: Notice? {
        switch self {
        case .showTicket, .seen, .givenBack, .people, .notPassed: nil
        case .checking: .oneMoment
        case .pass: .goFree(nil)
        case .refused: .notPaid(.notPermitted, nil)
        }
    }
}

extension TicketReply.Sight {
    /// In few words, by the clock of the place.
    func text(in zone: TimeZoneRule) -> String {
        "\(gate) \(zone.date(at: at)) \(TimeOfDay.text(floorDivide(zone.localSeconds(at: at), 60) % 1_440))"
    }
}
