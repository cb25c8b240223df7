public import Vocabulary

/// One payment as a QR that the box shows and the payer's phone scans: EMVCo merchant-presented mode, dynamic, in
/// yuan, for one exact amount. Paying happens elsewhere; the result comes back under the payment's id.
public struct MerchantQR: Hashable, Sendable {
    public let merchant: QRMerchant
    /// 0.01 to ``most`` yuan.
    public let amount: Fen
    /// Goes into the reference label, which comes back with the result.
    public let payment: PaymentID
    /// Which lane or till shows it: 1 to 25 printable ASCII characters.
    public let terminal: String?

    /// What the thirteen characters of an amount can say: 9,999,999,999.99 yuan.
    public static let most = Fen(999_999_999_999)
    /// ISO 4217 for the yuan (CNY).
    public static let currency = "156"

    /// The text to show as a QR, at most ``EMVObjects/longestPayload`` bytes.
    public let payload: String

    /// - Throws: ``MerchantQRError`` when the amount or the terminal does not fit, or everything together is too long.
    public init(
        merchant: QRMerchant, amount: Fen, payment: PaymentID, terminal: String?
    ) throws(MerchantQRError) {
        guard amount > .zero, amount <= MerchantQR.most else { throw .badAmount(amount.description) }
        if let terminal {
            _ = try checked("terminal") { () throws(EMVTextError) in try EMVText.common(terminal, longest: 25) }
        }
        self.merchant = merchant
        self.amount = amount
        self.payment = payment
        self.terminal = terminal
        var objects = EMVObjects()
        objects.append(0, "01")
        objects.append(1, "12")
        for account in merchant.accounts { objects.append(account.id, account.text) }
        objects.append(52, merchant.categoryCode)
        objects.append(53, MerchantQR.currency)
        objects.append(54, amount.description)
        objects.append(58, merchant.country)
        objects.append(59, merchant.name)
        objects.append(60, merchant.city)
        var additional = EMVObjects()
        additional.append(5, payment.referenceLabel)
        if let terminal { additional.append(7, terminal) }
        objects.append(62, additional.text)
        if let local = merchant.local {
            var template = EMVObjects()
            template.append(0, local.language)
            template.append(1, local.name)
            if let city = local.city { template.append(2, city) }
            objects.append(64, template.text)
        }
        payload = objects.payload
        guard payload.utf8.count <= EMVObjects.longestPayload else { throw .tooLong(bytes: payload.utf8.count) }
    }

    /// Reads a payload that a box shows; what other issuers leave out or add is refused, for then it is not one.
    /// - Throws: ``MerchantQRError``.
    public init(payload: String) throws(MerchantQRError) {
        let objects = try EMVObjects(payload: payload)
        let known: Set<Int> = [0, 1, 52, 53, 54, 58, 59, 60, 62, 63, 64]
        try MerchantQR.refuseOthers(in: objects, within: nil) { known.contains($0) || (2...51).contains($0) }
        try objects.expect(1, "12")
        try objects.expect(53, MerchantQR.currency)
        let text = try objects.value(54)
        guard let amount = try? Fen(yuan: text), amount.description == text else { throw .badAmount(text) }
        let additional = try EMVObjects(template: try objects.value(62), within: 62)
        try MerchantQR.refuseOthers(in: additional, within: 62) { $0 == 5 || $0 == 7 }
        try self.init(
            merchant: try QRMerchant(objects), amount: amount,
            payment: try PaymentID(referenceLabel: try additional.value(5, within: 62)), terminal: additional[7])
        // The objects may stand in any order; one payment has one text all the same.
        guard self.payload == payload else { throw .notAsWritten }
    }

    fileprivate static func refuseOthers(
        in objects: EMVObjects, within parent: Int?, _ knows: (Int) -> Bool
    ) throws(MerchantQRError) {
        for object in objects.list where !knows(object.id) {
            throw .unexpected(
                object: EMVObjects.name(object.id, within: parent), found: object.value, expected: "no such object")
        }
    }
}

extension MerchantQR: CustomStringConvertible {
    public var description: String { "\(amount) yuan to \(merchant.name), payment \(payment)" }
}

extension QRMerchant {
    /// Reads the merchant out of a payload's objects.
    init(_ objects: EMVObjects) throws(MerchantQRError) {
        var accounts: [Account] = []
        for object in objects.list where (2...51).contains(object.id) { accounts.append(try Account(object)) }
        var local: LocalName?
        if let text = objects[64] {
            let template = try EMVObjects(template: text, within: 64)
            try MerchantQR.refuseOthers(in: template, within: 64) { (0...2).contains($0) }
            local = try LocalName(
                language: try template.value(0, within: 64), name: try template.value(1, within: 64), city: template[2])
        }
        try self.init(
            accounts: accounts, categoryCode: try objects.value(52), country: try objects.value(58),
            name: try objects.value(59), city: try objects.value(60), local: local)
    }
}

extension QRMerchant.Account {
    fileprivate init(_ object: EMVObjects.DataObject) throws(MerchantQRError) {
        guard object.id >= 26 else {
            try self.init(id: object.id, form: .network(object.value))
            return
        }
        let template = try EMVObjects(template: object.value, within: object.id)
        guard let first = template.list.first, first.id == 0 else {
            throw .missing(object: EMVObjects.name(0, within: object.id))
        }
        var fields: [Field] = []
        for field in template.list.dropFirst() { fields.append(try Field(id: field.id, value: field.value)) }
        try self.init(id: object.id, form: .template(globalID: first.value, fields: fields))
    }
}

extension EMVObjects {
    func value(_ id: Int, within parent: Int? = nil) throws(MerchantQRError) -> String {
        guard let value = self[id] else { throw .missing(object: EMVObjects.name(id, within: parent)) }
        return value
    }

    fileprivate func expect(_ id: Int, _ expected: String) throws(MerchantQRError) {
        let found = try value(id)
        guard found == expected else {
            throw .unexpected(object: EMVObjects.name(id, within: nil), found: found, expected: expected)
        }
    }
}
