import JSONText
import Testing
import Vocabulary
import Wire

@Suite("Messages about purses")
struct PurseMessageTests {
    @Test("the bytes of a meal's charge are these, since the platform compares them")
    func mealBytes() {
        #expect(
            String(decoding: Samples.meals[0].canonical, as: UTF8.self)
                == #"{"payment":"019b76da-a87b-7abc-9234-56789abcdef0","#
                + #""instrument":{"kind":"member","holder":"member:p2026001"},"lane":"exit-1","quote":{"#
                + #""tariff":"city-centre-2026-1","currency":"CNY","from":1767220000000,"until":1767225600000,"#
                + #""lines":[{"kind":"item","amount":700,"reference":"rice","class":"meal"}],"total":700},"#
                + #""meal":{"period":"lunch","day":"2026-11-20"}}"#)
    }

    @Test("the bytes of a person are these, since a list's digest is over them")
    func personBytes() {
        #expect(
            Samples.people.map { String(decoding: $0.canonical, as: UTF8.self) } == [
                #"{"holder":"member:p2026001","name":"张*三","group":"pupil","cards":["0012345678","0012345679"],"#
                    + #""code":"888800001234","face":{"version":2,"digest":""# + String(repeating: "0f", count: 32)
                    + #""},"guardian":{"limits":[{"span":"payment","measure":"amount","most":2000},"#
                    + #"{"span":"period","measure":"count","most":1},{"span":"day","measure":"amount","most":3000},"#
                    + #"{"span":"day","measure":"count","most":3},{"span":"month","measure":"amount","most":60000}],"#
                    + #""barredItems":["drink","snack"],"barredPeriods":["supper"]},"contractEnds":1767225600000}"#,
                #"{"holder":"member:t-17","name":"L*","group":"staff","cards":[]}"#,
            ])
    }

    @Test("what is kept of spends, a receipt and a guardian's word reads back as it was")
    func kept() throws {
        for spends in [[], Samples.spends] {
            #expect(try PurseSpend.read(canonical: PurseSpend.canonical(spends)) == spends)
        }
        for receipt in Samples.receipts { #expect(try Receipt(canonical: receipt.canonical) == receipt) }
        let guardian = try #require(Samples.people[0].guardian)
        #expect(try Guardian(canonical: guardian.canonical) == guardian)
    }

    @Test(
        "a person nobody can be is refused and the member named",
        arguments: [
            (#""holder":"member:p1""#, #""holder":"card:p1""#, "holder"), (#""name":"A""#, #""name":"""#, "name"),
            (#""cards":[]"#, #""cards":["001234567"]"#, "cards"),
            (#""cards":[]"#, #""cards":["00123456789"]"#, "cards"),
            (#""cards":[]"#, #""cards":["001234567x"]"#, "cards"),
            (#""cards":[]"#, #""cards":["0012345678","0012345678"]"#, "cards"),
            (#""cards":[]"#, #""cards":[12345678]"#, "cards"), (#""cards":[]"#, #""cards":[],"code":"123""#, "code"),
            (#""cards":[]"#, #""cards":[],"code":"12345x""#, "code"),
            (#""cards":[]"#, #""cards":[],"face":{"version":1,"digest":"0f"}"#, "digest"),
            (
                #""cards":[]"#,
                #""cards":[],"guardian":{"limits":[{"span":"payment","measure":"count","most":1}],"barredItems":[],"#
                    + #""barredPeriods":[]}"#, "measure"
            ),
            (
                #""cards":[]"#,
                #""cards":[],"guardian":{"limits":[{"span":"day","measure":"amount","most":-1}],"barredItems":[],"#
                    + #""barredPeriods":[]}"#, "most"
            ),
        ])
    func nobody(member: String, wrong: String, key: String) throws {
        let good = #"{"holder":"member:p1","name":"A","group":"pupil","cards":[]}"#
        #expect(Person(canonical: Array(good.utf8)) != nil)
        let bad = good.split(separator: member, omittingEmptySubsequences: false).joined(separator: wrong)
        try #require(bad != good)
        let node = try JSONNode.parse(Array(bad.utf8), dialect: .json)
        #expect(throws: WireError.wrong(key)) { try Person(node) }
    }

    @Test(
        "a lease whose lots are nothing, or not together what is lent, is no answer",
        arguments: [
            (600, 4_400, true), (600, 4_399, false), (5_000, 0, false), (5_001, -1, false),
            (.max, .max, false),
        ] as [(Int64, Int64, Bool)])
    func lots(first: Int64, second: Int64, isRead: Bool) throws {
        var terms = Samples.leaseTerms
        terms.lots[0].amount = Fen(first)
        terms.lots[1].amount = Fen(second)
        let response = Response.lease(Samples.lease, .granted(terms))
        #expect((try? Response(payload: response.payload)) == (isRead ? response : nil))
    }

    @Test("that nothing is told of what is outside a lease is another thing than that there is nothing")
    func elsewhere() throws {
        var terms = Samples.leaseTerms
        for elsewhere in [nil, [], terms.elsewhere] {
            terms.elsewhere = elsewhere
            let response = Response.lease(Samples.lease, .granted(terms))
            #expect(try Response(payload: response.payload) == response)
        }
        let one = DatedBalance(purse: Samples.slug("cash"), amount: Fen(1))
        for count in [LeaseTerms.mostElsewhere, LeaseTerms.mostElsewhere + 1] {
            terms.elsewhere = Array(repeating: one, count: count)
            let response = Response.lease(Samples.lease, .granted(terms))
            #expect((try? Response(payload: response.payload)) == (count == 512 ? response : nil))
        }
    }

    @Test("the digest is SHA-256 of the content, as computed elsewhere")
    func digest() {
        #expect(
            ContentDigest.of(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
