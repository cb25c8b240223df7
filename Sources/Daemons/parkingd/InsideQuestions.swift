import Parking
import Synchronization

/// Questions of people for the cars inside. The decision loop answers them on its own thread, so that nobody else reads
/// what it changes.
final class InsideQuestions: Sendable {
    /// At most this many wait; whoever asks then is told that the box is busy.
    static let most = 8

    private struct Question {
        var text: String
        var showsPlates: Bool
        var answer: CheckedContinuation<[UInt8]?, Never>
    }

    private struct Waiting {
        var questions: [Int: Question] = [:]
        var last = 0
    }

    private let waiting = Mutex(Waiting())

    /// - Parameter wake: has the decision loop take another turn; false if it cannot.
    /// - Returns: nil if the box is too busy.
    func ask(_ text: String, _ showsPlates: Bool, wake: () -> Bool) async -> [UInt8]? {
        await withCheckedContinuation { answer in
            let number = waiting.withLock { waiting -> Int? in
                guard waiting.questions.count < InsideQuestions.most else { return nil }
                waiting.last += 1
                waiting.questions[waiting.last] = Question(text: text, showsPlates: showsPlates, answer: answer)
                return waiting.last
            }
            guard let number else { return answer.resume(returning: nil) }
            if wake() { return }
            // It may have been answered meanwhile.
            waiting.withLock { $0.questions.removeValue(forKey: number) }?.answer.resume(returning: nil)
        }
    }

    /// Called on the decision loop's thread after each turn.
    func answer(_ site: ParkingSite) {
        let questions = waiting.withLock { waiting in
            defer { waiting.questions = [:] }
            return waiting.questions
        }
        for question in questions.values {
            let list = site.carsInside(matching: question.text)
            question.answer.resume(returning: list.json(showsPlates: question.showsPlates))
        }
    }
}
