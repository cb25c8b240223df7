public import Vocabulary

/// The key under which a cash register asks for something: the same key is the same request, for 24 hours.
public struct RegisterKey: Hashable, Comparable, Sendable {
    /// The most characters.
    public static let longest = 255

    /// Which door it came through: two registers may count alike.
    public let door: Slug
    public let text: String

    /// - Parameter text: 1 to 255 visible ASCII characters.
    /// - Throws: ``RegisterFault/badRequest(_:)``.
    public init(door: Slug, _ text: String) throws(RegisterFault) {
        guard (1...RegisterKey.longest).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .badRequest("the key: 1 to \(RegisterKey.longest) visible ASCII characters") }
        self.door = door
        self.text = text
    }

    public static func < (left: RegisterKey, right: RegisterKey) -> Bool {
        (left.door, left.text) < (right.door, right.text)
    }
}

/// What is to be paid at a cash register.
public struct RegisterSale: Hashable, Sendable {
    /// In fen.
    public static let amounts: ClosedRange<Int64> = 1...100_000_000
    public static let longestReference = 64

    /// 0.01 to 1,000,000.00 yuan.
    public var amount: Fen
    /// The register's own number of the receipt: 1 to 64 bytes.
    public var reference: String?
    /// Where the payer stands; nil where the box has one place.
    public var lane: LaneID?
    /// What is sold, for purses that pay only some things.
    public var itemClass: Slug?
    /// A mark of the payer's code that the register scanned itself; nil without one. The code is not kept.
    public var codeMark: UInt32?

    public init(
        amount: Fen, reference: String? = nil, lane: LaneID? = nil, itemClass: Slug? = nil, codeMark: UInt32? = nil
    ) {
        self.amount = amount
        self.reference = reference
        self.lane = lane
        self.itemClass = itemClass
        self.codeMark = codeMark
    }

    /// Tells two codes apart (FNV-1a, 32 bits) and does not tell what they are.
    public static func mark(of code: String) -> UInt32 {
        code.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// What a cash register asks for that changes something. Equal requests are the same contents.
public enum RegisterRequest: Hashable, Sendable {
    case start(RegisterSale)
    case cancel(PaymentID)
    /// - who: the cashier, 1 to 64 bytes. - why: 1 to 200 bytes.
    case refund(payment: PaymentID, amount: Fen, who: String, why: String)
}

/// What the site is to carry out; handed to it once for each id, after it is durable here.
public enum RegisterOrder: Hashable, Sendable {
    /// A payment under this id. `code` is what the register scanned from the payer's phone; without it the payer shows
    /// a face, card or code to the box. It must not be written down.
    case start(PaymentID, RegisterSale, code: String?, door: Slug)
    /// Give the payment up, or undo it.
    case cancel(PaymentID)
    case refund(Refund)
}

/// A request as it came, with what is not kept of it.
public struct RegisterAsk: Hashable, Sendable {
    public var request: RegisterRequest
    /// The payer's code, of a start.
    public var code: String?

    public init(_ request: RegisterRequest, code: String? = nil) {
        self.request = request
        self.code = code
    }
}
