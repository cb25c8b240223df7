public import Vocabulary
public import Wire

/// Where a scripted day is played: in virtual time, or on real processes.
public protocol DayStage: AnyObject {
    /// The wall clock of all boxes and of the platform moves on to this minute of the day, unless it is there already.
    func setClock(minute: Int64) throws(DayFault)
    func read(_ plate: String, at lane: DayFile.Lane) throws(DayFault)
    /// - Returns: whether the boom is up in time.
    func waitUntilUp(_ lane: DayFile.Lane, milliseconds: Int64) -> Bool
    /// Drives so many cars through, one behind the other, and waits until the boom is down.
    func driveThrough(_ lane: DayFile.Lane, cars: Int) throws(DayFault)
    func takeCash(_ lane: DayFile.Lane) throws(DayFault)
    func present(_ code: String, _ lane: DayFile.Lane) throws(DayFault)
    func waive(_ lane: DayFile.Lane) throws(DayFault)
    func openByHand(_ lane: DayFile.Lane) throws(DayFault)
    func wait(seconds: Int64)
    /// Between two looks at what must come. The default waits whole seconds.
    func pause(milliseconds: Int64)
    func setFire(_ isActive: Bool, _ lane: DayFile.Lane) throws(DayFault)
    /// What a broken camera sends instead of a read.
    func sendNonsense(_ lane: DayFile.Lane) throws(DayFault)
    func setNetwork(_ box: String, isCut: Bool) throws(DayFault)
    func restartPlatform() throws(DayFault)
    func cutPower(_ box: String) throws(DayFault)
    /// Carries out what happens at several lanes within the same minutes: side by side, or one after another.
    /// - Returns: what each came to, in the same order.
    func together(_ lanes: [() throws(DayFault) -> [String]]) throws(DayFault) -> [String]
    /// Everything that was written has reached the platform.
    func settle() throws(DayFault)
    /// All that a box's journal holds.
    func records(_ box: String) throws(DayFault) -> [Record.Event]
    func books() throws(DayFault) -> DayBooks

    // What scenes need. A stage that cannot play one of these says so; see the extension.

    /// How many records a box's journal holds. The default reads all of it.
    func recordCount(_ box: String) throws(DayFault) -> Int
    /// What a box's journal holds behind so many records. The default reads all of it.
    func records(_ box: String, after count: Int) throws(DayFault) -> [Record.Event]
    /// The line of a lane's sensor says this from now on: `active`, `clear` or `faulty`. A safety loop that is active
    /// has a car on it. It must be seen by the box before the call returns, or within the next half second.
    func sensor(_ name: String, _ state: String, _ lane: DayFile.Lane) throws(DayFault)
    /// A stuck boom does not rise, and on its way down it stops halfway; one that is free follows its relays again.
    func setBoom(isStuck: Bool, _ lane: DayFile.Lane) throws(DayFault)
    /// - Returns: whether the boom is down in time.
    func waitUntilDown(_ lane: DayFile.Lane, milliseconds: Int64) throws(DayFault) -> Bool
    /// A silent camera sends neither reads nor heartbeats; any other sends its heartbeats. The box watches at least the
    /// cameras of those lanes of which a scene says so.
    func setCamera(isSilent: Bool, _ lane: DayFile.Lane) throws(DayFault)
    /// Somebody does this at the lane: an attendant with the rights and a reason, or a driver.
    func act(_ act: DayAct, _ lane: DayFile.Lane) throws(DayFault)
    /// Somebody finds the plate on the phone's page, makes an order for what is due, and pays it.
    func payOnPhone(_ plate: String) throws(DayFault)
    /// Somebody scans the code that the lane's sign shows, and pays.
    func paySign(_ lane: DayFile.Lane) throws(DayFault)
    /// What the lane's sign shows, in English, its lines joined by blanks.
    func sign(_ lane: DayFile.Lane) throws(DayFault) -> String
    /// The box's own wall clock is so many minutes ahead of the true time, and known not to be synchronised; 0: right.
    func setClockError(_ box: String, minutes: Int64) throws(DayFault)
}

extension DayStage {
    public func recordCount(_ box: String) throws(DayFault) -> Int { try records(box).count }
    public func records(_ box: String, after count: Int) throws(DayFault) -> [Record.Event] {
        Array(try records(box).dropFirst(count))
    }
    public func pause(milliseconds: Int64) { wait(seconds: max(1, milliseconds / 1_000)) }
}

extension DayStage {
    public func together(_ lanes: [() throws(DayFault) -> [String]]) throws(DayFault) -> [String] {
        var faults: [String] = []
        for lane in lanes { faults += try lane() }
        return faults
    }
}

/// What the platform's file holds at the end of the day.
public struct DayBooks: Equatable, Sendable {
    /// The sums that the platform took, and that are owed to it, in fen, with how many payments they are.
    public var approved: (count: Int64, sum: Fen), owed: (count: Int64, sum: Fen)
    /// Of what is owed, what was taken later; nil: not told apart.
    public var collected: (count: Int64, sum: Fen)?
    public var records: Int64
    public var sumOfBooks: Fen
    public var incidents: Int64

    public init(
        approved: (count: Int64, sum: Fen), owed: (count: Int64, sum: Fen), records: Int64, sumOfBooks: Fen,
        incidents: Int64, collected: (count: Int64, sum: Fen)? = nil
    ) {
        self.approved = approved
        self.owed = owed
        self.collected = collected
        self.records = records
        self.sumOfBooks = sumOfBooks
        self.incidents = incidents
    }

    public static func == (one: DayBooks, other: DayBooks) -> Bool {
        one.approved == other.approved && one.owed == other.owed && one.records == other.records
            && one.sumOfBooks == other.sumOfBooks && one.incidents == other.incidents
            && one.collected?.count == other.collected?.count && one.collected?.sum == other.collected?.sum
    }
}
