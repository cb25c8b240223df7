import Services
import Testing
import Vocabulary

@testable import Phone

@Suite("What phones send, and how often")
struct PhoneUnitTests {
    @Test(
        "a form is read as browsers write it",
        arguments: [
            ("plate=%E7%B2%A4B12345&key=a+b", "粤B12345", "a b"), ("plate=+x+&key=", "x", nil), ("", nil, nil),
            ("plate", nil, nil), ("plate=a%3Db", "a=b", nil),
        ] as [(String, String?, String?)])
    func form(text: String, plate: String?, key: String?) throws {
        let form = try #require(FormBody(form: text))
        #expect(form["plate"] == plate)
        #expect(form["key"] == key)
    }

    @Test(
        "a form that is cut, says a thing twice, is no UTF-8 or is too long is refused",
        arguments: [
            "a=%", "a=%4", "a=%zz", "a=1&a=2", "a=%ff", String(repeating: "x", count: 4_097),
            (0...16).map { "k\($0)=1" }.joined(separator: "&"),
        ])
    func badForm(text: String) { #expect(FormBody(form: text) == nil) }

    @Test("a JSON body is a flat object of texts and whole numbers")
    func json() {
        #expect(FormBody(json: Array(#"{"plate":"粤B1","months":3}"#.utf8))?["months"] == "3")
        for text in ["[]", "5", #"{"a":{}}"#, #"{"a":1.5}"#, #"{"a":true}"#, "{"] {
            #expect(FormBody(json: Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("an address may ask so often, and again when time has passed")
    func limit() {
        var limit = RateLimit(burst: 3, perMinute: 6)
        var now = Uptime(milliseconds: 1_000)
        #expect(four(&limit, now) == [true, true, true, false])
        do { let may = limit.take("b", at: now); #expect(may) }
        now = Uptime(milliseconds: 10_999)
        do { let may = limit.take("a", at: now); #expect(!may) }
        now = Uptime(milliseconds: 21_000)
        do { let may = limit.take("a", at: now); #expect(may) }
        do { let may = limit.take("a", at: now); #expect(!may) }
        now = Uptime(nanoseconds: .max)
        #expect(four(&limit, now) == [true, true, true, false])
    }

    private func four(_ limit: inout RateLimit, _ now: Uptime) -> [Bool] {
        var may: [Bool] = []
        for _ in 0..<4 { may.append(limit.take("a", at: now)) }
        return may
    }

    @Test("beyond ten thousand addresses the others share one allowance; who has not asked for long is forgotten")
    func manyAddresses() {
        var limit = RateLimit(burst: 1, perMinute: 1)
        for number in 0..<10_000 { do { let may = limit.take("\(number)", at: Uptime(milliseconds: 0)); #expect(may) } }
        do { let may = limit.take("x", at: Uptime(milliseconds: 1)); #expect(may) }
        do { let may = limit.take("y", at: Uptime(milliseconds: 1)); #expect(!may) }
        do { let may = limit.take("z", at: Uptime(milliseconds: 60_001)); #expect(may) }
        do { let may = limit.take("w", at: Uptime(milliseconds: 60_001)); #expect(may) }
    }

    @Test("an IPv6 household counts as one")
    func network() {
        #expect(PhoneContext.network(of: "2001:db8:1:2::1") == PhoneContext.network(of: "2001:db8:1:2:ffff::9"))
        #expect(PhoneContext.network(of: "2001:db8:1:3::1") != PhoneContext.network(of: "2001:db8:1:2::1"))
        #expect(PhoneContext.network(of: "192.0.2.1") == "192.0.2.1")
    }

    @Test("what a person has typed is shown, never obeyed")
    func escaping() {
        let html: HTML = "<b>\("<script>\"'&")</b>"
        #expect(html.text == "<b>&lt;script&gt;&quot;&#39;&amp;</b>")
    }

    @Test("every fault has a status and words in both languages")
    func faults() {
        let faults =
            [PhoneFault.badPlate, .badTicket, .badForm, .noPage, .tooMuch, .tooOften]
            + PhoneRefusal.allCases.map { .refused($0) }
        #expect(Set(faults.map(\.code)).count == faults.count)
        for fault in faults {
            #expect((400...599).contains(fault.status))
            #expect(!fault.text.chinese.isEmpty && !fault.text.english.isEmpty)
            #expect(PhonePages.fault(fault).contains(fault.text.chinese))
        }
    }
}
