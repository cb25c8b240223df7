import PlateCamera
import Testing
import Vocabulary

@Suite("A camera that sends without pause")
struct CameraPaceTests {
    private let start = Uptime(milliseconds: 5_000)

    @Test("is told of once a second", arguments: [(999, false), (1_000, true)] as [(Int64, Bool)])
    func tells(milliseconds: Int64, isTold: Bool) {
        var pace = CameraPace()
        let (first, second) = (pace.tells(at: start), pace.tells(at: start + .milliseconds(milliseconds)))
        #expect(first && second == isTold)
    }

    @Test("whose messages are refused has one line a second in the log, which says how many there were besides")
    func refused() {
        var pace = CameraPace()
        let lines = (0..<2_500).compactMap { pace.refused(at: start + .milliseconds($0)) }
        #expect(lines == ["", " (and 999 more before)", " (and 999 more before)"])
        let later = [60, 61].map { pace.refused(at: start + .seconds($0)) }
        #expect(later == [" (and 499 more before)", ""])
    }

    @Test("that is down for one reason is told of once, until it was up again")
    func down() {
        var pace = CameraPace()
        let told = ["no route", "no route", "refused"].map { pace.isNew($0) }
        #expect(told == [true, false, true])
        pace.isUp()
        let again = pace.isNew("refused")
        #expect(again)
    }
}
