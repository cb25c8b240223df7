public import JSONText

extension QRMerchant {
    /// Reads the `merchantQR` section of a scenario: what the acquirer gave the merchant for payment QRs.
    public init?(_ reader: ObjectReader) {
        let accounts = reader.objects("accounts", count: 1...QRMerchant.mostAccounts) { Account($0) }
        let code = reader.parsed("categoryCode", expected: "four digits of ISO 18245") { text throws(EMVTextError) in
            try EMVText.digits(text, count: 4)
        }
        let country = reader.optionalParsed("country", expected: "two letters of ISO 3166", EMVText.country)
        let name = reader.common("name", longest: 25)
        let city = reader.common("city", longest: 15)
        let local = reader.optionalObject("local") { LocalName($0) }
        guard let code, let name, let city, !accounts.isEmpty, reader.isGood("country", country),
            reader.isGood("local", local)
        else { return nil }
        let made = Result { () throws(MerchantQRError) in
            try QRMerchant(
                accounts: accounts, categoryCode: code, country: country ?? "CN", name: name, city: city, local: local)
        }
        guard let merchant = reader.accept("accounts", made) else { return nil }
        self = merchant
    }
}

extension QRMerchant.Account {
    fileprivate init?(_ reader: ObjectReader) {
        let id = Int(reader.integer("id", in: 2...51))
        if id < 26 {
            guard let text = reader.common("value", longest: 99) else { return nil }
            let made = Result { () throws(MerchantQRError) in try QRMerchant.Account(id: id, form: .network(text)) }
            guard let account = reader.accept("id", made) else { return nil }
            self = account
            return
        }
        let globalID = reader.common("globalID", longest: 32)
        let fields = reader.objects("fields", count: 0...20) { field -> Field? in
            let id = Int(field.integer("id", in: 1...99))
            guard let value = field.common("value", longest: 99) else { return nil }
            return field.accept("id", Result { () throws(MerchantQRError) in try Field(id: id, value: value) })
        }
        guard let globalID else { return nil }
        let made = Result { () throws(MerchantQRError) in
            try QRMerchant.Account(id: id, form: .template(globalID: globalID, fields: fields))
        }
        guard let account = reader.accept("fields", made) else { return nil }
        self = account
    }
}

extension QRMerchant.LocalName {
    fileprivate init?(_ reader: ObjectReader) {
        let language = reader.parsed("language", expected: "two letters of ISO 639", EMVText.language)
        let name = reader.parsed("name", expected: "1 to 25 characters") { text throws(EMVTextError) in
            try EMVText.anyScript(text, longest: 25)
        }
        let city = reader.optionalParsed("city", expected: "1 to 15 characters") { text throws(EMVTextError) in
            try EMVText.anyScript(text, longest: 15)
        }
        guard let language, let name, reader.isGood("city", city) else { return nil }
        let made = Result { () throws(MerchantQRError) in
            try QRMerchant.LocalName(language: language, name: name, city: city)
        }
        guard let local = reader.accept("name", made) else { return nil }
        self = local
    }
}

extension ObjectReader {
    fileprivate func common(_ key: String, longest: Int) -> String? {
        parsed(key, expected: "1 to \(longest) characters of printable ASCII") { text throws(EMVTextError) in
            try EMVText.common(text, longest: longest)
        }
    }

    /// Whether an optional member is absent or was read; where it was refused, a finding says why.
    fileprivate func isGood<Value>(_ key: String, _ value: Value?) -> Bool { value != nil || !has(key) }

    /// The value, or nil and a finding that says why there is none.
    fileprivate func accept<Value>(_ key: String, _ result: Result<Value, MerchantQRError>) -> Value? {
        switch result {
        case .success(let value): return value
        case .failure(let error):
            refuse(key, found: "what does not fit together", expected: "\(error)")
            return nil
        }
    }
}
