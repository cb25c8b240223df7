import Services
import Vocabulary
import Wire

extension Site {
    func collect(_ charge: Charge, from other: Box? = nil) throws -> PaymentOutcome {
        let response = try ask(.collect(charge.payment), from: other)
        guard case .payment(charge.payment, let outcome, _) = response else { throw Unexpected(response: response) }
        return outcome
    }

    /// The first page of the list of denials.
    func denials(version: Int64 = 0, offset: Int64 = 0) throws -> ListPage<Denial> {
        let response = try ask(.list(.denials, version: version, offset: offset))
        guard case .denials(let page) = response else { throw Unexpected(response: response) }
        return page
    }

    func debts() throws -> [DebtReport.Entry] { try store.debtReport().entries }
}
