import Shifts
import Testing
import Vocabulary

@testable import Kiosk

private func at(_ seconds: Int64) -> Uptime { Uptime(nanoseconds: 0) + .seconds(seconds) }
private let zhao = StaffMember(name: "Zhao", role: .attendant, pinHash: "$y$x")

@Suite("Signing in at the gate")
struct SignInTests {
    @Test("five wrong PINs make a minute's wait, then twice as long for each further one, up to a quarter of an hour")
    func lockOut() {
        var guardian = SignInGuard()
        for _ in 0..<4 { guardian.failed("Zhao", at: at(0)) }
        #expect(guardian.wait("Zhao", at: at(0)) == nil)
        guardian.failed("Zhao", at: at(0))
        #expect(guardian.wait("Zhao", at: at(59)) == .seconds(1))
        #expect(guardian.wait("Zhao", at: at(60)) == nil)
        guardian.failed("Zhao", at: at(60))
        #expect(guardian.wait("Zhao", at: at(60)) == .seconds(120))
        for _ in 0..<20 { guardian.failed("Zhao", at: at(1_000)) }
        #expect(guardian.wait("Zhao", at: at(1_000)) == .seconds(900))
        #expect(guardian.wait("Qian", at: at(1_000)) == nil)
    }

    @Test("the right PIN ends the count, and names that nobody has share one")
    func succeeded() {
        var guardian = SignInGuard()
        for _ in 0..<4 { guardian.failed("Zhao", at: at(0)) }
        guardian.succeeded("Zhao")
        guardian.failed("Zhao", at: at(1))
        #expect(guardian.wait("Zhao", at: at(1)) == nil)
        for _ in 0..<5 { guardian.failed(nil, at: at(1)) }
        #expect(guardian.wait(nil, at: at(1)) == .seconds(60))
    }

    @Test("a session ends after twelve hours, or after four in which nobody used it")
    func expiry() {
        var sessions = Sessions()
        sessions.begin("t", zhao, at: at(0))
        #expect(sessions.use("t", at: at(4 * 3_600 - 1))?.name == "Zhao")
        #expect(sessions.use("t", at: at(8 * 3_600 - 2)) != nil)
        #expect(sessions.use("t", at: at(12 * 3_600 - 3)) != nil)
        #expect(sessions.use("t", at: at(12 * 3_600)) == nil)
        sessions.begin("u", zhao, at: at(0))
        #expect(sessions.use("u", at: at(4 * 3_600)) == nil)
    }

    @Test("64 sessions live at most: the one that was idle longest gives way")
    func bound() {
        var sessions = Sessions()
        for number in 0..<64 { sessions.begin("\(number)", zhao, at: at(Int64(number))) }
        _ = sessions.use("0", at: at(100))
        sessions.begin("new", zhao, at: at(101))
        #expect(sessions.count == 64)
        #expect(sessions.use("1", at: at(102)) == nil && sessions.use("0", at: at(102)) != nil)
    }

    @Test(
        "a PIN has 4 to 12 digits that are not the first anybody would try",
        arguments: [
            ("1357", true), ("123", false), ("1234", false), ("9876", false), ("0000", false), ("12a4", false),
            ("1230", true), ("135792468013", true), ("1357924680135", false), ("2468", true),
        ])
    func pins(pin: String, isGood: Bool) { #expect(StaffFile.isGood(pin: pin) == isGood) }

    @Test("the list of attendants reads back as it was written, and every fault of it is told")
    func staffFile() throws {
        let members = [zhao, StaffMember(name: "钱 \"q\"", role: .supervisor, pinHash: "$y$z")]
        let read = try StaffFile.read(StaffFile.text(members), file: "f")
        #expect(read == members)
        #expect(throws: (any Error).self) {
            try StaffFile.read(
                Array(#"{"kind":"attendants","attendants":[{"name":"","role":"boss","pinHash":"1234"}]}"#.utf8),
                file: "f")
        }
        #expect(throws: (any Error).self) { try StaffFile.read(StaffFile.text([zhao, zhao]), file: "f") }
    }
}

@Suite("Roles at the gate")
struct RoleTests {
    /// Written out by hand: what each role may do at a site that says nothing.
    static let daily: Set<DeskRight> = [
        .open, .cash, .showCode, .enterCode, .correctPlate, .ticket, .presentTicket, .lostTicket, .chooseStay,
        .writeEntry, .shift,
    ]

    @Test("each role may do what its table says, and nothing else", arguments: DeskRole.allCases, DeskRight.allCases)
    func matrix(role: DeskRole, right: DeskRight) {
        let expected =
            switch role {
            case .attendant: Self.daily.contains(right)
            // Who gives money away is a supervisor: a debtor who passes is that too.
            case .supervisor:
                Self.daily.contains(right)
                    || [.waive, .refund, .reports, .admit, .passDebtor, .endStay].contains(right)
            case .engineer: right == .open || right == .serviceReset
            }
        #expect(DeskRights().allows(role, right) == expected)
    }

    @Test("what a person typed never becomes markup in a report")
    func markup() {
        let page = String(
            decoding: ShiftReportPage.html(
                ReportPage(text: "<script>alert('x')</script> & \"", csv: ""), hasPrinter: false, nil), as: UTF8.self)
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;"))
    }
}
