import PlateCamera
import Testing
import Vocabulary

@Suite("A camera that sends without pause")
struct CameraPaceTests {
    private let start = Uptime(milliseconds: 5_000)

    @Test("is told of once a second", arguments: [(999, false), (1_000, true)] as [(Int64, Bool)])
    func tells(milliseconds: Int64, isTold: Bool) {
        var pace = CameraPace()
        #expect(pace.tells(at: start))
        #expect(pace.tells(at: start + .milliseconds(milliseconds)) == isTold)
    }

    @Test("whose messages are refused has one line a second in the log, which says how many there were besides")
    func refused() {
        var pace = CameraPace()
        let lines = (0..<2_500).compactMap { pace.refused(at: start + .milliseconds($0)) }
        #expect(lines == ["", " (and 999 more before)", " (and 999 more before)"])
        #expect(pace.refused(at: start + .seconds(60)) == " (and 499 more before)")
        #expect(pace.refused(at: start + .seconds(61)) == "")
    }

    @Test("that is down for one reason is told of once, until it was up again")
    func down() {
        var pace = CameraPace()
        #expect(pace.isNew("no route") && !pace.isNew("no route") && pace.isNew("refused"))
        pace.isUp()
        #expect(pace.isNew("refused"))
    }
}
