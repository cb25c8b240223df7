internal import JSONText
public import Vocabulary

/// How a person pays for the car that is held at a lane.
public enum DeskPayment: Hashable, Sendable {
    /// The driver's phone showed this code.
    case code(PayerCode)
    /// The sign is to show a code for the driver to scan.
    case show
    /// An attendant took what the sign says.
    case cash(takenBy: String)

    /// - Throws: ``DeskError`` saying what was found and what is expected.
    init(_ node: JSONNode) throws(DeskError) {
        if let text = node["code"]?.string {
            do { self = .code(try PayerCode(text)) } catch { throw DeskError(description: error.description) }
        } else if node["show"]?.bool == true {
            self = .show
        } else if let who = node["cash"]?.string, (1...64).contains(who.utf8.count) {
            self = .cash(takenBy: who)
        } else {
            throw DeskError(description: "send {\"code\": …}, {\"show\": true} or {\"cash\": who took it}")
        }
    }
}

/// What an attendant wants to give back.
public struct DeskRefund: Hashable, Sendable {
    public var payment: PaymentID
    /// 1 fen or more.
    public var amount: Fen
    public var who: String, why: String

    /// - Throws: ``DeskError`` naming the member that is missing or wrong.
    init(_ node: JSONNode) throws(DeskError) {
        guard let payment = node["payment"]?.string.flatMap({ try? PaymentID($0) }) else {
            throw DeskError(description: "\"payment\": the id of the payment, as records and the ledger show it")
        }
        guard let amount = node["amount"]?.integer, amount > 0 else {
            throw DeskError(description: "\"amount\": fen, 1 or more")
        }
        guard let who = node["who"]?.string, (1...64).contains(who.utf8.count) else {
            throw DeskError(description: "\"who\": who gives it, 1 to 64 bytes")
        }
        guard let why = node["why"]?.string, (1...200).contains(why.utf8.count) else {
            throw DeskError(description: "\"why\": why it is given, 1 to 200 bytes")
        }
        (self.payment, self.amount, self.who, self.why) = (payment, Fen(amount), who, why)
    }
}

/// A person's request that cannot be read.
struct DeskError: Error, CustomStringConvertible {
    var description: String
}
