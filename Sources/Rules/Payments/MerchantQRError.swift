/// Why a merchant-presented QR cannot be made, or a payload is not one. Objects are named `62.05` for 05 within 62.
public enum MerchantQRError: Error, Equatable, CustomStringConvertible {
    case badText(field: String, EMVTextError)
    case badID(Int, expected: ClosedRange<Int>)
    case badAccountCount(Int)
    case badAmount(String)
    case badReference(String)
    case tooLong(bytes: Int)
    case notAnObject(atCharacter: Int, within: Int?)
    case empty(object: String)
    case truncated(object: String, length: Int, left: Int)
    case duplicate(object: String)
    case missing(object: String)
    case unexpected(object: String, found: String, expected: String)
    case noFormatIndicator(found: Int?)
    case noChecksum(found: Int?)
    case badChecksum(found: String, expected: String)
    case notAsWritten

    public var description: String {
        switch self {
        case .badText(let field, let error): "the payment QR cannot carry this \(field): \(error)"
        case .badID(let id, let expected):
            "the payment QR cannot carry an object \(id) here: expected \(expected.lowerBound) to \(expected.upperBound)"
        case .badAccountCount(let count):
            "the payment QR would have \(count) merchant accounts: expected 1 to \(QRMerchant.mostAccounts)"
        case .badAmount(let text):
            "the payment QR cannot carry the amount \(text.prefix(20)): expected 0.01 to \(MerchantQR.most) yuan, "
                + "written with two decimals"
        case .badReference(let label):
            "the payment QR's reference \"\(label.prefix(30))\" is no payment of a box: expected 25 digits and capitals"
        case .tooLong(let bytes):
            "the payment QR has \(bytes) bytes, at most \(EMVObjects.longestPayload) are allowed: shorten names or leave "
                + "out an account"
        case .notAnObject(let character, let parent):
            "the payment QR\(MerchantQRError.place(parent)) has no id and length at character \(character)"
        case .empty(let object): "the payment QR's object \(object) has the length 00, expected 01 to 99"
        case .truncated(let object, let length, let left):
            "the payment QR's object \(object) should have \(length) characters, \(left) are left"
        case .duplicate(let object): "the payment QR has the object \(object) twice"
        case .missing(let object): "the payment QR has no object \(object)"
        case .unexpected(let object, let found, let expected):
            "the payment QR's object \(object) is \"\(found.prefix(40))\", expected \(expected)"
        case .noFormatIndicator(let found):
            "the payment QR begins with \(MerchantQRError.object(found)), expected object 00"
        case .noChecksum(let found): "the payment QR ends with \(MerchantQRError.object(found)), expected object 63"
        case .badChecksum(let found, let expected):
            "the payment QR's checksum is \"\(found.prefix(8))\", expected \(expected): it was damaged or altered"
        case .notAsWritten: "the payment QR's objects stand in another order than a box writes them"
        }
    }

    private static func object(_ id: Int?) -> String { id.map { "object \(EMVObjects.twoDigits($0))" } ?? "nothing" }
    private static func place(_ parent: Int?) -> String {
        parent.map { "'s template \(EMVObjects.twoDigits($0))" } ?? ""
    }
}
