public import Vocabulary

/// How a payment stands, for a cash register.
public enum RegisterState: String, CaseIterable, Sendable {
    /// The box has it on disk.
    case accepted
    /// The payer is to show a face, card or code.
    case waiting
    /// The platform was asked, or the payer is to confirm.
    case pending
    /// The money has moved.
    case approved
    /// No money has moved, and none will.
    case declined
    /// It is being given up or undone.
    case cancelling
    /// No money is held, and none ever will be.
    case cancelled
    /// It was never begun, and never will be: the box stopped in that moment. Start anew with another key.
    case failed

    /// Nothing changes any more, but for a cancellation or refund of what was approved.
    public var isFinal: Bool {
        switch self {
        case .approved, .declined, .cancelled, .failed: true
        case .accepted, .waiting, .pending, .cancelling: false
        }
    }

    /// What the site may tell after this.
    func allows(_ next: RegisterState) -> Bool {
        switch (self, next) {
        case (.declined, _), (.cancelled, _), (.failed, _), (_, .accepted): false
        case (.approved, _): next == .cancelling || next == .cancelled
        case (.cancelling, _): next != .waiting && next != .pending
        case (.accepted, _), (.waiting, _), (.pending, _): true
        }
    }
}

/// Why a payment or refund is as it is, for machines and people.
public struct RegisterDetail: Hashable, Sendable {
    /// One word, such as `insufficientFunds`: at most 40 letters.
    public var code: String
    public var chinese: String
    public var english: String

    public init(code: String, chinese: String, english: String) {
        self.code = code
        self.chinese = chinese
        self.english = english
    }

    /// The box stopped before it began.
    public static let interrupted = RegisterDetail(
        code: "interrupted", chinese: "设备曾中断，未扣款，请重新收款",
        english: "The box was interrupted before it began; nothing was charged: start again")
}

public struct RegisterPayment: Hashable, Sendable {
    public var id: PaymentID
    public var sale: RegisterSale
    public var state: RegisterState
    public var detail: RegisterDetail?
    /// Who paid, masked.
    public var payer: String?

    public init(
        id: PaymentID, sale: RegisterSale, state: RegisterState, detail: RegisterDetail? = nil, payer: String? = nil
    ) {
        self.id = id
        self.sale = sale
        self.state = state
        self.detail = detail
        self.payer = payer
    }
}

public struct RegisterRefund: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        case pending
        /// The money is on its way back.
        case refunded
        /// Nothing has moved under this id, and nothing will.
        case refused
    }

    public var id: PaymentID
    public var payment: PaymentID
    public var amount: Fen
    public var state: State
    public var detail: RegisterDetail?

    public init(id: PaymentID, payment: PaymentID, amount: Fen, state: State, detail: RegisterDetail? = nil) {
        self.id = id
        self.payment = payment
        self.amount = amount
        self.state = state
        self.detail = detail
    }
}

/// What a register is answered.
public enum RegisterReply: Hashable, Sendable {
    /// With what was given back, and what is being given back.
    case payment(RegisterPayment, refunded: Fen, refunding: Fen)
    case refund(RegisterRefund)
}

/// What the site tells of an order.
public enum RegisterChange: Hashable, Sendable {
    case payment(PaymentID, RegisterState, RegisterDetail? = nil, payer: String? = nil)
    case refund(PaymentID, RegisterRefund.State, RegisterDetail? = nil)
}
