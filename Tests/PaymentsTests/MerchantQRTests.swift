import Payments
import Testing
import Vocabulary

@Suite("The QR a box shows for one payment")
struct MerchantQRTests {
    static func merchant(
        _ name: String = "SHANGHAI CENTRE PARKING", local: Bool = true
    ) throws -> QRMerchant {
        try QRMerchant(
            accounts: [
                .init(
                    id: 26,
                    form: .template(globalID: "cn.example.bank", fields: [.init(id: 1, value: "898310058120001")]))
            ],
            categoryCode: "7523", name: name, city: "SHANGHAI",
            local: local ? .init(language: "zh", name: "上海中心停车场", city: "上海") : nil)
    }

    static func payment() throws -> PaymentID { try PaymentID("01890a5d-ac96-774b-bcce-b302099a8057") }

    static func qr(_ amount: Fen = Fen(1_250), terminal: String? = "exit-1") throws -> MerchantQR {
        try MerchantQR(merchant: merchant(), amount: amount, payment: payment(), terminal: terminal)
    }

    /// Written out by hand from the specification; the reference label and the checksum were computed elsewhere.
    @Test("every byte of a payload is where the specification wants it")
    func golden() throws {
        let body =
            "000201" + "010212" + "26380015cn.example.bank0115898310058120001" + "52047523" + "5303156" + "540512.50"
            + "5802CN" + "5923SHANGHAI CENTRE PARKING" + "6008SHANGHAI"
            + "62390525\(MerchantQRTests.label)0706exit-1" + "64230002zh0107上海中心停车场0202上海"
        #expect(try MerchantQRTests.qr().payload == withChecksum(body))
    }

    static let label = "039SRKJ01E44UYNSZF2F2NJH3"

    @Test(
        "the text of an amount is exact",
        arguments: [
            (Int64(1), "54040.01"), (10, "54040.10"), (99, "54040.99"), (100, "54041.00"), (1_250, "540512.50"),
            (100_000_000_01, "5412100000000.01"), (999_999_999_999, "54139999999999.99"),
        ])
    func amounts(fen: Int64, object: String) throws {
        let qr = try MerchantQRTests.qr(Fen(fen))
        #expect(qr.payload.contains("5303156\(object)5802CN"))
        #expect(try MerchantQR(payload: qr.payload).amount == Fen(fen))
    }

    @Test(
        "an amount of nothing, a debt, or one of more than thirteen characters is refused",
        arguments: [
            Int64(0), -1, .min, 1_000_000_000_000, .max,
        ])
    func badAmounts(fen: Int64) {
        #expect(throws: MerchantQRError.badAmount(Fen(fen).description)) { try MerchantQRTests.qr(Fen(fen)) }
    }

    @Test("a terminal has 1 to 25 printable characters", arguments: [(0, false), (1, true), (25, true), (26, false)])
    func terminals(count: Int, fits: Bool) throws {
        let terminal = String(repeating: "t", count: count)
        guard fits else {
            #expect(throws: MerchantQRError.badText(field: "terminal", .wrongLength(count, expected: 1...25))) {
                try MerchantQRTests.qr(terminal: terminal)
            }
            return
        }
        #expect(try MerchantQR(payload: MerchantQRTests.qr(terminal: terminal).payload).terminal == terminal)
        #expect(throws: MerchantQRError.self) { try MerchantQRTests.qr(terminal: "出\(terminal.dropFirst())") }
    }

    @Test("what was built is read back as it was", arguments: 0..<500)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let merchant: QRMerchant
        do { merchant = try dice.merchant() } catch MerchantQRError.tooLong {
            return  // Refused before any lane could show it.
        } catch MerchantQRError.badText(_, .wrongLength) {
            return  // A template that was too long.
        }
        let terminal = Bool.random(using: &dice) ? dice.common(1...25) : nil
        let payment = PaymentID(
            at: WallTime(milliseconds: Int64(dice.next() >> 20)), random: (dice.next(), dice.next()))
        let amount = Fen(Int64.random(in: 1...MerchantQR.most.count, using: &dice))
        let built = try MerchantQR(merchant: merchant, amount: amount, payment: payment, terminal: terminal)
        #expect(built.payload.utf8.count <= EMVObjects.longestPayload)
        let read = try MerchantQR(payload: built.payload)
        #expect(read == built)
        #expect(read.merchant == merchant)
        #expect((read.amount, read.payment) == (amount, payment))
        #expect(read.terminal == terminal)
    }

    @Test(
        "a merchant whose longest payload has more than 512 bytes is refused at once",
        arguments: [(3, true), (4, false)])
    func longestMerchant(third: Int, fits: Bool) throws {
        func merchant() throws -> QRMerchant {
            try QRMerchant(
                accounts: [
                    .init(id: 15, form: .network(String(repeating: "1", count: 99))),
                    .init(id: 16, form: .network(String(repeating: "2", count: 99))),
                    .init(id: 17, form: .network(String(repeating: "3", count: third))),
                ],
                categoryCode: "7523", name: String(repeating: "N", count: 24), city: String(repeating: "C", count: 9),
                local: .init(
                    language: "zh", name: String(repeating: "停", count: 25), city: String(repeating: "车", count: 15)))
        }
        guard fits else {
            #expect(throws: MerchantQRError.tooLong(bytes: 513)) { try merchant() }
            return
        }
        let terminal = String(repeating: "t", count: 25)
        let qr = try MerchantQR(
            merchant: merchant(), amount: MerchantQR.most, payment: MerchantQRTests.payment(), terminal: terminal)
        #expect(qr.payload.utf8.count == 512)
    }

    @Test("a payment QR that is damaged in one character is refused")
    func everyChange() throws {
        let original = try MerchantQRTests.qr().payload
        for position in original.indices {
            // The next and the previous character of the code table, and the one with the other case.
            let value = original[position].unicodeScalars.first!.value
            for other in [value + 1, value - 1, value ^ 0x20] {
                let damaged =
                    original[..<position] + [Character(Unicode.Scalar(other)!)] + original[position...].dropFirst()
                #expect(throws: MerchantQRError.self) { try MerchantQR(payload: String(damaged)) }
            }
        }
    }

    /// Each is the payload of ``qr(_:terminal:)`` with one part replaced and the checksum computed anew.
    static let alterations: [(part: String, other: String, MerchantQRError)] = [
        ("010212", "", .missing(object: "01")), ("5303156", "", .missing(object: "53")),
        ("010212", "010211", .unexpected(object: "01", found: "11", expected: "12")),
        ("5303156", "5303840", .unexpected(object: "53", found: "840", expected: "156")),
        ("540512.50", "", .missing(object: "54")), ("540512.50", "540412.5", .badAmount("12.5")),
        ("540512.50", "5406012.50", .badAmount("012.50")), ("540512.50", "54040.00", .badAmount("0.00")),
        ("540512.50", "5406-12.50", .badAmount("-12.50")), ("540512.50", "540512,50", .badAmount("12,50")),
        ("5802CN", "", .missing(object: "58")), ("6008SHANGHAI", "", .missing(object: "60")),
        ("52047523", "", .missing(object: "52")), ("5923SHANGHAI CENTRE PARKING", "", .missing(object: "59")),
        ("26380015cn.example.bank0115898310058120001", "", .badAccountCount(0)),
        ("26380015cn.example.bank0115898310058120001", "26190115898310058120001", .missing(object: "26.00")),
        ("5802CN", "5802CN550201", .unexpected(object: "55", found: "01", expected: "no such object")),
        ("5802CN", "5802CN8001x", .unexpected(object: "80", found: "x", expected: "no such object")),
        ("62390525\(label)0706exit-1", "", .missing(object: "62")),
        ("62390525\(label)0706exit-1", "62100706exit-1", .missing(object: "62.05")),
        (
            "62390525\(label)0706exit-1", "62440525\(label)0706exit-10101x",
            .unexpected(object: "62.01", found: "x", expected: "no such object")
        ),
        (
            "62390525\(label)0706exit-1", "62380525\(label)0706exit-",
            .truncated(object: "62.07", length: 6, left: 5)
        ),
        ("62390525\(label)", "62390524\(label)", .truncated(object: "62.30", length: 70, left: 7)),
        (label, label.lowercased(), .badReference(label.lowercased())),
        ("5303156540512.50", "540512.505303156", .notAsWritten), ("0002zh", "0002ZH", .notAsWritten),
        ("0002zh", "0002z1", .badText(field: "language", .badCharacter(0x31, position: 2, allowed: "a to z"))),
        ("5802CN", "5802cn", .badText(field: "country", .badCharacter(0x63, position: 1, allowed: "A to Z"))),
        ("52047523", "5203752", .badText(field: "categoryCode", .wrongLength(3, expected: 4...4))),
        (
            "52047523", "5204752x",
            .badText(field: "categoryCode", .badCharacter(0x78, position: 4, allowed: "the digits 0 to 9"))
        ),
    ]

    @Test("a payload is not a box's when an object is missing, altered, added or moved", arguments: alterations)
    func altered(part: String, other: String, error: MerchantQRError) throws {
        let body = String(try MerchantQRTests.qr().payload.dropLast(8))
        let place = try #require(body.firstRange(of: part))
        #expect(throws: error) { try MerchantQR(payload: withChecksum(body.replacingCharacters(place, other))) }
    }

    @Test("names count characters, not bytes: 25 of a merchant, 15 of a city", arguments: ["停", "A"])
    func names(character: String) throws {
        func times(_ count: Int) -> String { String(repeating: character, count: count) }
        let longest = try QRMerchant.LocalName(language: "ZH", name: times(25), city: times(15))
        #expect((longest.name, longest.city) == (times(25), times(15)))
        #expect(longest.language == "zh")
        #expect(throws: MerchantQRError.badText(field: "name", .wrongLength(26, expected: 1...25))) {
            try QRMerchant.LocalName(language: "zh", name: times(26), city: nil)
        }
        #expect(throws: MerchantQRError.badText(field: "city", .wrongLength(16, expected: 1...15))) {
            try QRMerchant.LocalName(language: "zh", name: times(1), city: times(16))
        }
    }

    @Test(
        "the plain name is one that every wallet can show",
        arguments: [
            ("停车场", UInt32(0x505C)), ("A\u{7F}", 0x7F), ("\u{1F}A", 0x1F), ("Caf\u{E9}", 0xE9),
        ])
    func plainName(name: String, scalar: UInt32) {
        #expect { try MerchantQRTests.merchant(name) } throws: { error in
            guard case .badText("name", .badCharacter(scalar, _, _))? = error as? MerchantQRError else { return false }
            return true
        }
    }

    @Test(
        "a local name has no character that hides or turns others", arguments: ["\u{202E}", "\u{200B}", "\n", "\u{0}"])
    func invisible(character: String) {
        #expect(throws: MerchantQRError.self) {
            try QRMerchant.LocalName(language: "zh", name: "停\(character)车", city: nil)
        }
    }

    @Test("accounts are 1 to 4, each with an id of its form, none twice")
    func accounts() throws {
        func network(_ id: Int) throws -> QRMerchant.Account { try .init(id: id, form: .network("4403")) }
        func merchant(_ ids: [Int]) throws -> QRMerchant {
            try QRMerchant(accounts: ids.map(network), categoryCode: "7523", name: "A", city: "B")
        }
        #expect(try merchant([2, 15, 16, 25]).accounts.count == 4)
        #expect(throws: MerchantQRError.badAccountCount(0)) { try merchant([]) }
        #expect(throws: MerchantQRError.badAccountCount(5)) { try merchant([2, 3, 4, 5, 6]) }
        #expect(throws: MerchantQRError.duplicate(object: "15")) { try merchant([15, 16, 15]) }
        for id in [-1, 0, 1, 26, 51, 52, 100] {
            #expect(throws: MerchantQRError.badID(id, expected: 2...25)) { try network(id) }
        }
        for id in [1, 25, 52, 62] {
            #expect(throws: MerchantQRError.badID(id, expected: 26...51)) {
                try QRMerchant.Account(id: id, form: .template(globalID: "x", fields: []))
            }
        }
        let field = try QRMerchant.Account.Field(id: 1, value: "x")
        #expect(throws: MerchantQRError.duplicate(object: "26.01")) {
            try QRMerchant.Account(id: 26, form: .template(globalID: "x", fields: [field, field]))
        }
        for id in [0, 100] {
            #expect(throws: MerchantQRError.badID(id, expected: 1...99)) {
                try QRMerchant.Account.Field(id: id, value: "x")
            }
        }
    }

    @Test(
        "a template has at most 99 characters, its own ids and lengths included", arguments: [(89, true), (90, false)])
    func templateLength(valueLength: Int, fits: Bool) throws {
        // "0001x" and "01nn" are 5 and 4 characters more; the identifier itself is one of them.
        let value = String(repeating: "9", count: valueLength + 1)
        let field = try QRMerchant.Account.Field(id: 1, value: value)
        let account = Result { () throws(MerchantQRError) in
            try QRMerchant.Account(id: 26, form: .template(globalID: "x", fields: [field]))
        }
        #expect(((try? account.get()) != nil) == fits)
    }
}

@Suite("Reference labels")
struct ReferenceLabelTests {
    @Test(
        "an id is 25 digits and capitals, as computed elsewhere",
        arguments: [
            ("01890a5d-ac96-774b-bcce-b302099a8057", MerchantQRTests.label),
            ("00000000-0000-7000-8000-000000000000", "0000000002E4NENOWZ3QMAMTC"),
            ("ffffffff-ffff-7fff-bfff-ffffffffffff", "F5LXX1ZZ5MX97LT8X8PZGUU4F"),
        ])
    func known(id: String, label: String) throws {
        #expect(try PaymentID(id).referenceLabel == label)
        #expect(try PaymentID(referenceLabel: label) == PaymentID(id))
    }

    @Test("labels sort as the ids do, and are read back", arguments: 0..<200)
    func order(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let pair = (0..<2).map { _ in
            PaymentID(at: WallTime(milliseconds: Int64(dice.next() >> 16)), random: (dice.next(), dice.next()))
        }
        #expect((pair[0] < pair[1]) == (pair[0].referenceLabel < pair[1].referenceLabel))
        for id in pair { #expect(try PaymentID(referenceLabel: id.referenceLabel) == id) }
    }

    @Test(
        "what is no payment of a box is refused",
        arguments: [
            "", "039SRKJ01E44UYNSZF2F2NJH", "039SRKJ01E44UYNSZF2F2NJH30", "039srkj01e44uynszf2f2njh3",
            "039SRKJ01E44UYNSZF2F2NJ-3", "039SRKJ01E44UYNSZF2F2NJ停", "ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "0000000000000000000000001", "F5LXX1ZZ5PNORYNQGLHZMSP34",
            // A payment's number and 2 to the power of 128: it must not wrap to that payment.
            "F8VQOMIZ73RTMXBJG0KEPG8K7",
        ])
    func refused(label: String) {
        #expect(throws: MerchantQRError.badReference(label)) { try PaymentID(referenceLabel: label) }
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<String.Index>, _ other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}

extension Dice {
    fileprivate mutating func common(_ lengths: ClosedRange<Int>) -> String {
        let count = Int.random(in: lengths, using: &self)
        return String(decoding: (0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &self) }, as: UTF8.self)
    }

    fileprivate mutating func chinese(_ lengths: ClosedRange<Int>) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: lengths, using: &self) {
            view.append(Unicode.Scalar(UInt32.random(in: 0x4E00...0x9FA5, using: &self))!)
        }
        return String(view)
    }

    fileprivate mutating func merchant() throws -> QRMerchant {
        var accounts: [QRMerchant.Account] = []
        for id in (2...51).shuffled(using: &self).prefix(Int.random(in: 1...QRMerchant.mostAccounts, using: &self)) {
            var fields: [QRMerchant.Account.Field] = []
            for field in (1...99).shuffled(using: &self).prefix(Int.random(in: 0...2, using: &self)) {
                fields.append(try .init(id: field, value: common(1...25)))
            }
            accounts.append(
                try .init(
                    id: id,
                    form: id < 26 ? .network(common(1...99)) : .template(globalID: common(1...32), fields: fields)))
        }
        let digits = (0..<4).map { _ in String(Int.random(in: 0...9, using: &self)) }.joined()
        let city = Bool.random(using: &self) ? chinese(1...15) : nil
        return try QRMerchant(
            accounts: accounts, categoryCode: digits, country: Bool.random(using: &self) ? "CN" : "HK",
            name: common(1...25), city: common(1...15),
            local: Bool.random(using: &self) ? .init(language: "zh", name: chinese(1...25), city: city) : nil)
    }
}
