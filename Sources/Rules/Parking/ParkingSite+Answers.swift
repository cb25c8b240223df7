internal import Effects
internal import Shifts
internal import Vocabulary

/// What came of what people ask for: one answer for each lane, and one for the shifts.
extension ParkingSite {
    /// What came of the last thing that was asked for at a lane.
    struct LaneAnswer {
        var words: BoardWords
        var isDone: Bool
        /// Which of the answers of ``DeskAnswer`` it is, if it is one.
        var code: DeskAnswer?
        /// The car at the lane when it was given: it goes when that car goes, or when one comes.
        var car: UUIDv7?
        /// It was given by the decision that is being made.
        var isNew = true
    }

    /// Tells whoever asked what came of it.
    mutating func answer(_ index: Int, _ answer: DeskAnswer) {
        set(
            index,
            LaneAnswer(
                words: BoardWords(chinese: answer.chinese, english: answer.english), isDone: answer.isDone,
                code: answer))
    }

    mutating func answer(_ id: LaneID, _ answer: DeskAnswer) {
        if let index = index(of: id) { self.answer(index, answer) }
    }

    /// Tells why what was asked for at a lane was not done.
    mutating func answer(_ id: LaneID, _ words: BoardWords) {
        guard let index = index(of: id) else { return }
        set(index, LaneAnswer(words: words, isDone: false))
    }

    private mutating func set(_ index: Int, _ answer: LaneAnswer) {
        lanes[index].answer = answer
        lanes[index].answered += 1
        guard !answer.isDone else { return }
        effects.append(
            .log(.warning, "\(lanes[index].definition.id): \(answer.words.english) / \(answer.words.chinese)"))
    }

    /// Tells what came of an order about the shifts.
    mutating func answerShift(_ words: BoardWords, isDone: Bool) {
        boardNotes.shiftAnswer = BoardAnswer(words: words, isDone: isDone)
        boardNotes.shiftAnswered += 1
    }

    // MARK: - Every order gets an answer

    /// Carries out what a person asks for at a lane. Where nothing of it has been answered, the answer is given when
    /// what was written for it is on disk; where nothing was written either, nothing was done.
    mutating func order(at id: LaneID, _ carryOut: (inout ParkingSite) -> Void) {
        guard let index = index(of: id) else { return carryOut(&self) }
        let before = lanes[index].answered
        let due = answersDue.count
        orderedAt = index
        carryOut(&self)
        orderedAt = nil
        if lanes[index].answered == before, answersDue.count == due { answer(index, .nothingDone) }
    }

    /// Whether somebody who gave an order waits for the write that this follows.
    func answers(_ continuation: Continuation) -> Bool {
        switch continuation {
        case .letThrough, .ordered, .identified, .stayChanged, .serviceReset: true
        case .startPayment, .startRefund, .shiftWritten, .reversalWritten: false
        }
    }

    /// What was asked for is on disk and has been done, or never will be.
    /// - Parameter before: how many answers the lane had before it was carried out.
    mutating func answerOnWrite(_ lane: Int, _ answer: DeskAnswer, before: Int64) {
        if lanes[lane].answered == before { self.answer(lane, answer) }
    }
}

extension DeskAnswer {
    /// Whether the box does what was asked for.
    public var isDone: Bool { [.done, .begun, .noEntryWritten].contains(self) }
}
