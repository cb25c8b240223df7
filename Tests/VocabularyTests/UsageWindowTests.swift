import Testing
import Vocabulary

@Suite("Windows that payments are counted in")
struct UsageWindowTests {
    @Test(
        "a window reads back as it is written",
        arguments: ["2026-11-20/lunch", "2026-11-20", "2026-11", "2024-02-29", "2024-02"])
    func texts(text: String) throws {
        #expect(try UsageWindow(text).description == text)
    }

    @Test(
        "what is no window is refused",
        arguments: ["", "2026", "2026-13", "2026-11-31", "2026-11/lunch", "2026-11-20/", "2026-11-20/Lunch", "/lunch"])
    func refused(text: String) {
        #expect(throws: UsageWindowError.self) { try UsageWindow(text) }
    }

    @Test("a window ends on the last day that counts to it")
    func ends() throws {
        #expect(try UsageWindow("2026-11-20/lunch").lastDay == CivilDate("2026-11-20"))
        #expect(try UsageWindow("2026-11-20").lastDay == CivilDate("2026-11-20"))
        #expect(try UsageWindow("2024-02").lastDay == CivilDate("2024-02-29"))
    }
}
