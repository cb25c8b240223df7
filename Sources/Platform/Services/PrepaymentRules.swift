/// The rules by which ``PhoneSettlement`` treats payments for a stay, each of which a test can leave out.
///
/// A platform always keeps all of them. The property test runs again with one rule less and must then find a fault:
/// that is the proof that it would notice.
struct PrepaymentRules: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    /// What is given back is asked of its network.
    static let refunds = PrepaymentRules(rawValue: 1 << 0)
    /// A payment is given back once.
    static let refundsOnce = PrepaymentRules(rawValue: 1 << 1)
    /// A payment has its effect once: later news of the stay do not begin its grace anew.
    static let appliesOnce = PrepaymentRules(rawValue: 1 << 2)
    /// What is paid for a car that has left is given back.
    static let refusesClosed = PrepaymentRules(rawValue: 1 << 3)
    /// The grace begins when the payment is known, not with the quote that it pays.
    static let countsGraceFromPayment = PrepaymentRules(rawValue: 1 << 4)
    /// What is paid at a gate, too, is given back.
    static let yieldsToGates = PrepaymentRules(rawValue: 1 << 5)
    /// An order that is still open when its minutes are paid at a gate is closed.
    static let closesOrders = PrepaymentRules(rawValue: 1 << 6)
    /// A gate that does not know of a payment on the phone may not charge its minutes.
    static let stopsGates = PrepaymentRules(rawValue: 1 << 7)
    /// Within the grace nothing is due on the phone.
    static let keepsGraceOnPhone = PrepaymentRules(rawValue: 1 << 8)
    /// Boxes that have not recorded a payment on the phone are told of it after a restart, too.
    static let keepsTelling = PrepaymentRules(rawValue: 1 << 9)
    /// Of what was given back, or is of a car that has left, nobody is told any more.
    static let stopsTelling = PrepaymentRules(rawValue: 1 << 10)
    /// Minutes whose payment was given back are not paid for by it.
    static let freesMinutes = PrepaymentRules(rawValue: 1 << 11)
    /// What two gates have taken for the same minutes a person is told of.
    static let comparesGates = PrepaymentRules(rawValue: 1 << 12)

    static let all = PrepaymentRules(rawValue: 1 << 13 - 1)
    static let each = (0..<13).map { PrepaymentRules(rawValue: 1 << $0) }
}
