import QRCode
import Testing
import Tickets
import Vocabulary
import Wire

@Suite("A ticket's code")
struct GateTicketCodeTests {
    private func error(
        _ text: String, site: String = "west-lake", keys: [UInt8: BoxPublicKey] = platformKeys
    ) -> GateTicketCodeError? {
        do throws(GateTicketCodeError) {
            _ = try GateTicketCode.read(text, site: slug(site), keys: keys)
            return nil
        } catch { return error }
    }

    @Test("what the platform signed is read back, in capitals or not")
    func roundTrip() throws {
        for ticket in [
            ticket(), ticket(entries: 65_535, group: 255, from: "1970-01-01", to: "2149-06-06", 1_439, 2_879),
            try GateTicket(
                id: id(9), site: slug("s"), kind: slug("k"), window: allDay("2026-11-21"), entries: 1, group: 1),
        ] {
            let code = GateTicketCode.write(ticket, key: platformKey, number: 3)
            #expect(try GateTicketCode.read(code, site: ticket.site, keys: platformKeys) == ticket)
            #expect(try GateTicketCode.read(code.lowercased(), site: ticket.site, keys: platformKeys) == ticket)
        }
        #expect(ticket().issuedAt == wall("2026-11-21", 8 * 60))
    }

    @Test("a usual ticket fits a QR of version 8, and so does the longest one; the next version is larger")
    func size() throws {
        let usual = GateTicketCode.write(ticket(), key: platformKey, number: 3)
        #expect(usual.utf8.count == 179)
        #expect(try QRSymbol(usual).width == 49)
        let longest = try GateTicket(
            id: id(1), site: slug(String(repeating: "s", count: 24)), kind: slug(String(repeating: "k", count: 16)),
            window: allDay("2026-11-21"))
        let code = GateTicketCode.write(longest, key: platformKey, number: 255)
        #expect(code.utf8.count == GateTicketCode.longest)
        #expect(GateTicketCode.longest == 221)
        #expect(try QRSymbol(code).width == 49)
        #expect(try QRSymbol(code + "A").width == 53)
    }

    @Test(
        "other codes are not tickets",
        arguments: ["", "T", "TK", "TK1", "6228480402564890018", "tkx", "https://a.b/TK1"])
    func notATicket(text: String) { #expect(error(text) == .notATicket) }

    @Test("a ticket of a later format says so")
    func laterFormat() { #expect(error("TK2ABC") == .otherVersion(2)) }

    @Test("any single wrong, missing or additional character is damage, never another ticket")
    func damage() {
        let code = GateTicketCode.write(ticket(), key: platformKey, number: 3)
        let characters = Array(code)
        for index in 3..<characters.count {
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(error(String(changed)) == .damaged)
            changed = characters
            changed[index] = "1"
            #expect(error(String(changed)) == .damaged)
            changed.remove(at: index)
            #expect(error(String(changed)) == .damaged)
        }
        #expect(error(code + "A") == .damaged)
        #expect(error(code + String(repeating: "A", count: 5_000)) == .damaged)
        #expect(error("TK1" + String(repeating: "A", count: 200)) == .unknownKey(0))
    }

    @Test("a ticket for another site, by another key, or by a key of another number is refused by its name")
    func foreign() throws {
        let code = GateTicketCode.write(ticket(), key: platformKey, number: 3)
        #expect(error(code, site: "east-lake") == .otherSite(slug("west-lake")))
        #expect(error(code, keys: [4: platformKey.publicKey]) == .unknownKey(3))
        let forger = try #require(BoxKey(seed: Array(repeating: 9, count: 32)))
        #expect(error(GateTicketCode.write(ticket(), key: forger, number: 3)) == .badSignature)
        // The number of the key is signed too.
        let renumbered = GateTicketCode.write(ticket(), key: platformKey, number: 4)
        #expect(error(renumbered, keys: [3: platformKey.publicKey, 4: forger.publicKey]) == .badSignature)
    }

    @Test("a text of nothing but zeros is damage until it is long enough to be a ticket", arguments: 1...200)
    func zeros(characters: Int) {
        let found = error("TK1" + String(repeating: "A", count: characters))
        // 98 bytes are the shortest ticket, of names of one letter; five bytes are eight characters.
        #expect(found == (characters >= 157 && [0, 2, 4, 5, 7].contains(characters % 8) ? .unknownKey(0) : .damaged))
    }

    @Test("a ticket that was printed before is read as it was: the layout, and what is signed, stay as they are")
    func printedBefore() throws {
        let printed = """
            TK1AMA2D63HDAAHAAMAAAAAAAAAAAAVCKSRFIAAABNAAABAGCLXMVZXILLMMFVWKBLBMR2WY5AUOIXOLP7MHBODOMSYVXPPOWNXW\
            J6D57HIS4MLTI7DZHIFWHNGDRU3PAQBDHRCS67J5JFHUU6OEFJIVYLO7IQCGCZIO7S3TSFTJG2QFCCA
            """
        #expect(GateTicketCode.write(ticket(entries: 2, group: 3), key: platformKey, number: 3) == printed)
        #expect(
            try GateTicketCode.read(printed, site: slug("west-lake"), keys: platformKeys)
                == ticket(entries: 2, group: 3))
    }

    @Test("ten thousand random texts are refused and none traps")
    func noise() {
        var dice = SeededDice(seed: 5)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abc189 -京\u{0}\n")
        let code = Array(GateTicketCode.write(ticket(), key: platformKey, number: 3))
        for turn in 0..<10_000 {
            var text = turn % 2 == 0 ? [] : code
            if text.isEmpty {
                text = Array("TK1") + (0..<dice.below(240)).map { _ in alphabet[dice.below(alphabet.count)] }
            } else {
                for _ in 0...dice.below(6) { text[dice.below(text.count)] = alphabet[dice.below(alphabet.count)] }
            }
            if text != code, String(text).uppercased() != String(code) { #expect(error(String(text)) != nil) }
        }
    }

    @Test("what no ticket may be is refused where it is made")
    func limits() throws {
        let window = allDay("2026-11-21")
        func make(site: String = "s", kind: String = "k", entries: Int64 = 1, group: Int64 = 1) -> GateTicketError? {
            do throws(GateTicketError) {
                _ = try GateTicket(
                    id: id(1), site: slug(site), kind: slug(kind), window: window, entries: entries, group: group)
                return nil
            } catch { return error }
        }
        let site = String(repeating: "s", count: 24)
        let kind = String(repeating: "k", count: 16)
        #expect(make(site: site, kind: kind, entries: 65_535, group: 255) == nil)
        #expect(make(site: site + "s") == .longSite(slug(site + "s")))
        #expect(make(kind: kind + "k") == .longKind(slug(kind + "k")))
        #expect(make(entries: 0) == .entries(0))
        #expect(make(entries: 65_536) == .entries(65_536))
        #expect(make(group: 0) == .group(0))
        #expect(make(group: 256) == .group(256))
    }
}
