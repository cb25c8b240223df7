/// One step of a scene: what somebody does, or what must then be so. Written as a line of words.
public enum DayStep: Equatable, Sendable {
    /// `read 粤B12345`: the lane's camera reads a plate.
    case read(String)
    /// `up`: the boom rises within 20 s. `stays down`: it does not within 2 s.
    case up, staysDown
    /// `down`: the boom comes down within a minute.
    case down
    /// `drive 1`: so many cars drive through, and the boom closes behind them.
    case drive(Int)
    /// `wait 30`, in seconds.
    case wait(Int64)
    /// `clock 40`: the box's wall clock is so many minutes wrong from now on; 0: right again.
    case clock(Int64)
    /// `cut power`: the box loses its power, and is up again.
    case cutPower
    /// `sensor safetyLoop active`: what a sensor's line says: active, clear or faulty.
    case sensor(String, String)
    /// `boom stuck`, `boom free`: whether it stays down, or halfway down, whatever its relays do.
    case boom(isStuck: Bool)
    /// `camera silent`, `camera sends`: whether the lane's camera sends anything, its heartbeats too.
    case camera(isSilent: Bool)
    /// `code 130000000000010001`: the driver's phone is held under the scanner.
    case code(String)
    case cash, waive, openByHand
    /// What an attendant, or a driver, does.
    case act(DayAct)
    /// `keep ticket`: the driver keeps the ticket that was just issued. `show ticket`: and shows it.
    case keepTicket, showTicket
    /// `choose 粤B12345`: the attendant says that the car is the one inside that came in with this plate.
    case choose(String)
    /// `came 粤B12345 47`: the attendant says that the car inside with this plate came in so many minutes ago.
    case came(String, minutesAgo: Int64)
    /// `phone pays 粤B12345`: somebody pays the stay of this plate on the phone.
    case payOnPhone(String)
    /// `sign code paid`: the code on the sign is paid with a phone.
    case paySign
    /// `fill 280`: the attendant writes so many cars down that no lane saw, half an hour ago.
    case fill(Int64)
    /// `sees alarm tailgate`: a record that begins with these words has been written at the box since the scene began,
    /// or is within a minute.
    case sees(String)
    /// `sign shows OWES`: the sign's English words contain this.
    case shows(String)

    /// Reads one step.
    /// - Throws: what is wrong with it.
    public init(_ text: String) throws(DayFault) {
        let words = text.split(separator: " ").map(String.init)
        func rest(_ count: Int) -> String { words.dropFirst(count).joined(separator: " ") }
        func number(_ range: ClosedRange<Int64>) throws(DayFault) -> Int64 {
            guard words.count == 2, let number = Int64(words[1]), range.contains(number) else {
                throw DayFault("\(text): write a number from \(range.lowerBound) to \(range.upperBound) behind it")
            }
            return number
        }
        switch (words.first ?? "", words.count) {
        case ("read", 2): self = .read(words[1])
        case ("up", 1): self = .up
        case ("stays", 2) where words[1] == "down": self = .staysDown
        case ("down", 1): self = .down
        case ("drive", _): self = .drive(Int(try number(1...5)))
        case ("wait", _): self = .wait(try number(1...7_200))
        case ("clock", _): self = .clock(try number(-100_000...100_000))
        case ("sensor", 3) where ["active", "clear", "faulty"].contains(words[2]): self = .sensor(words[1], words[2])
        case ("boom", 2) where ["stuck", "free"].contains(words[1]): self = .boom(isStuck: words[1] == "stuck")
        case ("camera", 2) where ["silent", "sends"].contains(words[1]):
            self = .camera(isSilent: words[1] == "silent")
        case ("code", 2): self = .code(words[1])
        case ("fill", _): self = .fill(try number(1...1_000))
        case ("cash", 1): self = .cash
        case ("waive", 1): self = .waive
        case ("open", 3) where text == "open by hand": self = .openByHand
        case ("keep", 2) where words[1] == "ticket": self = .keepTicket
        case ("show", 2) where words[1] == "ticket": self = .showTicket
        case ("cut", 2) where words[1] == "power": self = .cutPower
        case ("came", 3):
            guard let minutes = Int64(words[2]), (0...10_000).contains(minutes) else {
                throw DayFault("\(text): write how many minutes ago it came in, 0 to 10000")
            }
            self = .came(words[1], minutesAgo: minutes)
        case ("choose", 2): self = .choose(words[1])
        case ("phone", 3) where words[1] == "pays": self = .payOnPhone(words[2])
        case ("sign", 3...) where words[1] == "code" && words[2] == "paid": self = .paySign
        case ("sign", 3...) where words[1] == "shows": self = .shows(rest(2))
        case ("sees", 2...): self = .sees(rest(1))
        default:
            guard let act = DayAct(words) else { throw DayFault("\(text): no such step") }
            self = .act(act)
        }
    }
}

/// What an attendant does at the desk, or a driver at a button, beside taking cash.
public enum DayAct: Equatable, Sendable {
    /// `admit`: a car that is held at the entry may come in. `pass debtor`: one that owes may pass.
    case admit, passDebtor
    /// `correct 粤B12345`: what stands on the plate of the car at the lane.
    case correct(String)
    /// `press for ticket`: the driver's button. `lost ticket`: the driver has it no more.
    case requestTicket, lostTicket
    /// What a ticket says is held under the scanner. The runner knows the text.
    case presentTicket(String)
    /// The car at the lane is the one of this stay. The runner knows the stay's id.
    case nameStay(String)
    /// `write 粤B12345 90`: a car came in so many minutes ago and no lane saw it.
    case writeEntry(String, minutesAgo: Int64)
    /// The car of this stay came in so many minutes ago. The runner knows the stay's id.
    case setEntryTime(String, minutesAgo: Int64)
    /// `turns back 粤B12345`: the camera saw the car turn round.
    case turnsBack(String)
    /// `reset`: the barrier was looked at and goes back into service.
    case reset
    /// `open shift 10000`: with so many fen in the drawer. `close shift 12000`: so many are counted.
    case openShift(Int64), closeShift(Int64)

    init?(_ words: [String]) {
        switch (words.first ?? "", words.count) {
        case ("admit", 1): self = .admit
        case ("pass", 2) where words[1] == "debtor": self = .passDebtor
        case ("correct", 2): self = .correct(words[1])
        case ("press", 3) where words[2] == "ticket": self = .requestTicket
        case ("lost", 2) where words[1] == "ticket": self = .lostTicket
        case ("write", 3):
            guard let minutes = Int64(words[2]), (0...10_000).contains(minutes) else { return nil }
            self = .writeEntry(words[1], minutesAgo: minutes)
        case ("turns", 3) where words[1] == "back": self = .turnsBack(words[2])
        case ("reset", 1): self = .reset
        case ("open", 3), ("close", 3):
            guard words[1] == "shift", let fen = Int64(words[2]), (0...1_000_000_000).contains(fen) else { return nil }
            self = words[0] == "open" ? .openShift(fen) : .closeShift(fen)
        default: return nil
        }
    }
}
