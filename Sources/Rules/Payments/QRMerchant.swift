internal import Vocabulary

/// Who is paid by a merchant-presented QR: what the acquirer gave the merchant, checked. Data of the scenario file.
public struct QRMerchant: Hashable, Sendable {
    /// One account the payer's wallet may pay into. A wallet takes the first it knows.
    public struct Account: Hashable, Sendable {
        /// How the account is written.
        public enum Form: Hashable, Sendable {
            /// Ids 2 to 25, which belong to the card networks: one text, in the network's own form.
            case network(String)
            /// Ids 26 to 51: a globally unique identifier (an application id, a UUID without hyphens or a reversed
            /// domain name) and the fields it defines, by their ids 1 to 99.
            case template(globalID: String, fields: [Field])
        }

        public struct Field: Hashable, Sendable {
            public let id: Int
            public let value: String

            /// - Throws: ``MerchantQRError`` when the id is not 1 to 99 or the value not 1 to 99 printable characters.
            public init(id: Int, value: String) throws(MerchantQRError) {
                guard (1...99).contains(id) else { throw .badID(id, expected: 1...99) }
                self.id = id
                self.value = try checked("field \(id)") { () throws(EMVTextError) in
                    try EMVText.common(value, longest: 99)
                }
            }
        }

        public let id: Int
        public let form: Form

        /// - Throws: ``MerchantQRError`` when the id does not fit the form or a text does not fit its field.
        public init(id: Int, form: Form) throws(MerchantQRError) {
            self.id = id
            self.form = form
            switch form {
            case .network(let text):
                guard (2...25).contains(id) else { throw .badID(id, expected: 2...25) }
                _ = try checked("account \(id)") { () throws(EMVTextError) in try EMVText.common(text, longest: 99) }
            case .template(let globalID, let fields):
                guard (26...51).contains(id) else { throw .badID(id, expected: 26...51) }
                _ = try checked("globalID") { () throws(EMVTextError) in try EMVText.common(globalID, longest: 32) }
                for (index, field) in fields.enumerated() where fields[..<index].contains(where: { $0.id == field.id })
                {
                    throw .duplicate(object: EMVObjects.name(field.id, within: id))
                }
                _ = try checked("account \(id)") { () throws(EMVTextError) in try EMVText.common(text, longest: 99) }
            }
        }

        /// The value of the account's data object.
        var text: String {
            switch form {
            case .network(let text): return text
            case .template(let globalID, let fields):
                var objects = EMVObjects()
                objects.append(0, globalID)
                for field in fields { objects.append(field.id, field.value) }
                return objects.text
            }
        }
    }

    /// The merchant's name and city in the language of the place (template 64). The plain name must be Latin, so that
    /// every wallet can show it; a wallet set to this language shows these.
    public struct LocalName: Hashable, Sendable {
        /// Two letters of ISO 639, such as `zh`.
        public let language: String
        public let name: String
        public let city: String?

        /// - Parameters:
        ///   - name: 1 to 25 characters of any script.
        ///   - city: 1 to 15 characters of any script.
        /// - Throws: ``MerchantQRError``.
        public init(language: String, name: String, city: String?) throws(MerchantQRError) {
            self.language = try checked("language") { () throws(EMVTextError) in try EMVText.language(language) }
            self.name = try checked("name") { () throws(EMVTextError) in try EMVText.anyScript(name, longest: 25) }
            guard let city else {
                self.city = nil
                return
            }
            self.city = try checked("city") { () throws(EMVTextError) in try EMVText.anyScript(city, longest: 15) }
        }
    }

    /// 1 to ``mostAccounts``, each id once.
    public let accounts: [Account]
    /// ISO 18245, four digits: 7523 is parking.
    public let categoryCode: String
    /// ISO 3166, two capital letters.
    public let country: String
    /// 1 to 25 printable ASCII characters.
    public let name: String
    /// 1 to 15 printable ASCII characters.
    public let city: String
    public let local: LocalName?

    public static let mostAccounts = 4

    /// - Throws: ``MerchantQRError`` when a text does not fit its field, an account is missing, one too many or
    ///   double, or the payload with the longest amount and terminal would be too long.
    public init(
        accounts: [Account], categoryCode: String, country: String = "CN", name: String, city: String,
        local: LocalName? = nil
    ) throws(MerchantQRError) {
        guard (1...QRMerchant.mostAccounts).contains(accounts.count) else { throw .badAccountCount(accounts.count) }
        for (index, account) in accounts.enumerated() where accounts[..<index].contains(where: { $0.id == account.id })
        {
            throw .duplicate(object: EMVObjects.twoDigits(account.id))
        }
        self.accounts = accounts
        self.categoryCode = try checked("categoryCode") { () throws(EMVTextError) in
            try EMVText.digits(categoryCode, count: 4)
        }
        self.country = try checked("country") { () throws(EMVTextError) in try EMVText.country(country) }
        self.name = try checked("name") { () throws(EMVTextError) in try EMVText.common(name, longest: 25) }
        self.city = try checked("city") { () throws(EMVTextError) in try EMVText.common(city, longest: 15) }
        self.local = local
        // The longest payload this merchant can need must fit, so that no lane ever finds out with a car before it.
        _ = try MerchantQR(
            merchant: self, amount: MerchantQR.most,
            payment: PaymentID(at: WallTime(milliseconds: 0), random: (0, 0)),
            terminal: String(repeating: "9", count: 25))
    }
}

extension EMVText {
    /// Two capital letters.
    public static func country(_ text: String) throws(EMVTextError) -> String { try twoLetters(text, "A"..."Z") }

    /// Two letters. Small ones, as ISO 639 writes them; a reader takes capital ones too, as the specification's own
    /// sample has them.
    public static func language(_ text: String) throws(EMVTextError) -> String {
        try twoLetters(
            String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }, as: UTF8.self),
            "a"..."z")
    }

    private static func twoLetters(
        _ text: String, _ allowed: ClosedRange<Unicode.Scalar>
    ) throws(EMVTextError) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count == 2 else { throw .wrongLength(scalars.count, expected: 2...2) }
        for (index, scalar) in scalars.enumerated() where !allowed.contains(scalar) {
            throw .badCharacter(
                scalar.value, position: index + 1, allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return text
    }
}

/// Names the field in which a text did not fit.
func checked(_ field: String, _ check: () throws(EMVTextError) -> String) throws(MerchantQRError) -> String {
    do { return try check() } catch { throw .badText(field: field, error) }
}
