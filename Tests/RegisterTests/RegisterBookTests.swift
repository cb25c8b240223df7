import Testing
import Vocabulary

@testable import Register

let door = try! Slug("http")
let noon = WallTime(milliseconds: 1_795_000_000_000)

func id(_ number: UInt64) -> PaymentID { PaymentID(at: noon, random: (0, number)) }
func key(_ text: String, _ door: Slug = door) throws -> RegisterKey { try RegisterKey(door: door, text) }
let meal = RegisterAsk(.start(RegisterSale(amount: Fen(1_250), reference: "R-1")))

extension RegisterReply {
    var state: RegisterState? { if case .payment(let payment, _, _) = self { payment.state } else { nil } }
    var refundState: RegisterRefund.State? { if case .refund(let refund) = self { refund.state } else { nil } }
}

@Suite("What a cash register asked for")
struct RegisterBookTests {
    private var book = RegisterBook()

    private func refund(_ amount: Int64, of payment: UInt64 = 1) -> RegisterAsk {
        RegisterAsk(.refund(payment: id(payment), amount: Fen(amount), who: "Zhang", why: "wrong dish"))
    }

    /// A book with one payment in this state.
    private func book(_ state: RegisterState) throws -> RegisterBook {
        var book = RegisterBook()
        _ = try book.take(meal, key: key("a"), id: id(1), at: noon)
        if state != .accepted { _ = book.told(.payment(id(1), state)) }
        return book
    }

    @Test("the same key is the same payment, however often it comes, and is ordered once")
    mutating func again() throws {
        let first = try book.take(meal, key: key("a"), id: id(1), at: noon)
        #expect(first.order == .start(id(1), RegisterSale(amount: Fen(1_250), reference: "R-1"), code: nil, door: door))
        #expect(first.isFresh && first.reply.state == .accepted && first.entries.count == 1)
        _ = book.told(.payment(id(1), .approved))
        let second = try book.take(meal, key: key("a"), id: id(2), at: noon)
        #expect(!second.isFresh && second.order == nil && second.entries.isEmpty)
        #expect(second.reply.state == .approved)
        #expect(throws: RegisterFault.unknown) { try book.reply(id(2)) }
    }

    @Test("the same key with other contents is refused, be it only the payer's code; another register may count alike")
    mutating func conflict() throws {
        func sale(_ code: String) -> RegisterAsk {
            RegisterAsk(
                .start(RegisterSale(amount: Fen(1), codeMark: RegisterSale.mark(of: code))), code: code)
        }
        _ = try book.take(sale("284718294718294712"), key: key("a"), id: id(1), at: noon)
        #expect(throws: RegisterFault.conflict) {
            try book.take(sale("284718294718294713"), key: key("a"), id: id(2), at: noon)
        }
        #expect(throws: RegisterFault.conflict) {
            try book.take(RegisterAsk(.cancel(id(1))), key: key("a"), id: id(2), at: noon)
        }
        let other = try book.take(sale("1"), key: key("a", Slug("line-1")), id: id(3), at: noon)
        #expect(other.isFresh)
    }

    @Test(
        "what may follow a state follows, and nothing else",
        arguments: RegisterState.allCases, RegisterState.allCases)
    func states(_ from: RegisterState, _ to: RegisterState) throws {
        var book = try book(from)
        let changed = !book.told(.payment(id(1), to)).isEmpty
        let open: Set<RegisterState> = [.accepted, .waiting, .pending]
        let isAllowed =
            to != .accepted && from != to
            && (open.contains(from)
                || from == .approved && (to == .cancelling || to == .cancelled)
                || from == .cancelling && [.approved, .declined, .cancelled, .failed].contains(to))
        #expect(changed == isAllowed)
        #expect(try book.reply(id(1)).state == (isAllowed ? to : from))
    }

    @Test(
        "a payment that is open or approved is cancelled once; where no money is there is nothing to do",
        arguments: RegisterState.allCases)
    func cancels(_ state: RegisterState) throws {
        var book = try book(state)
        let step = try book.take(RegisterAsk(.cancel(id(1))), key: key("c"), id: id(2), at: noon)
        let isOrdered = [.accepted, .waiting, .pending, .approved].contains(state)
        #expect(step.order == (isOrdered ? .cancel(id(1)) : nil))
        #expect(step.reply.state == (isOrdered ? .cancelling : state))
        let again = try book.take(RegisterAsk(.cancel(id(1))), key: key("c"), id: id(3), at: noon)
        #expect(again.order == nil && !again.isFresh)
        let other = try book.take(RegisterAsk(.cancel(id(1))), key: key("d"), id: id(4), at: noon)
        #expect(other.order == nil)
        #expect(throws: RegisterFault.unknown) {
            try book.take(RegisterAsk(.cancel(id(99))), key: key("e"), id: id(5), at: noon)
        }
    }

    @Test("refunds are never more than the payment, those under way counted; what was refused is free again")
    func refunds() throws {
        var book = try book(.approved)
        let first = try book.take(refund(1_000), key: key("r1"), id: id(11), at: noon)
        #expect(
            first.order
                == .refund(Refund(id: id(11), payment: id(1), amount: Fen(1_000), who: "Zhang", why: "wrong dish")))
        #expect(throws: RegisterFault.notPossible("more than is left of this payment: 250 fen")) {
            try book.take(refund(251), key: key("r2"), id: id(12), at: noon)
        }
        _ = try book.take(refund(250), key: key("r2"), id: id(12), at: noon)
        _ = book.told(.refund(id(11), .refunded))
        guard case .payment(_, Fen(1_000), Fen(250)) = try book.reply(id(1)) else {
            Issue.record("what was given back is not told")
            return
        }
        _ = book.told(.refund(id(12), .refused, RegisterDetail(code: "tooLate", chinese: "", english: "")))
        // What is over stays so.
        #expect(book.told(.refund(id(12), .refunded)).isEmpty)
        #expect(try book.take(refund(250), key: key("r3"), id: id(13), at: noon).isFresh)
        #expect(throws: RegisterFault.self) {
            try book.take(RegisterAsk(.cancel(id(1))), key: key("c"), id: id(14), at: noon)
        }
    }

    @Test("only what was approved can be refunded; a payment of another day is the platform's to decide")
    func refundable() throws {
        for state in RegisterState.allCases where state != .approved {
            var book = try book(state)
            #expect(throws: RegisterFault.self) { try book.take(refund(1), key: key("r"), id: id(11), at: noon) }
        }
        var book = RegisterBook()
        #expect(try book.take(refund(1, of: 77), key: key("r"), id: id(11), at: noon).order != nil)
        #expect(try book.reply(id(11)).refundState == .pending)
    }

    @Test("what could not be kept or had no room is as if it had never come", arguments: [false, true])
    func undone(_ isCancel: Bool) throws {
        var book = try isCancel ? book(.waiting) : RegisterBook()
        let ask = isCancel ? RegisterAsk(.cancel(id(1))) : meal
        let step = try book.take(ask, key: key("x"), id: id(2), at: noon)
        let (put, remove) = book.undo(step)
        #expect(try remove == [key("x")] && put.count == (isCancel ? 1 : 0))
        if isCancel { #expect(try book.reply(id(1)).state == .waiting) }
        #expect(throws: RegisterFault.unknown) { try book.reply(id(2)) }
        #expect(try book.take(ask, key: key("x"), id: id(3), at: noon).isFresh)
    }

    @Test("a key is kept for 24 hours, and longer while its payment is open; at the bound new ones are refused")
    func life() throws {
        var book = RegisterBook(most: 2)
        _ = try book.take(meal, key: key("a"), id: id(1), at: noon)
        _ = try book.take(meal, key: key("b"), id: id(2), at: noon)
        #expect(throws: RegisterFault.full) { try book.take(meal, key: key("c"), id: id(3), at: noon) }
        // Another register has room of its own.
        let other = try book.take(meal, key: key("c", Slug("line-1")), id: id(9), at: noon)
        _ = book.undo(other)
        #expect(try !book.take(meal, key: key("a"), id: id(3), at: noon).isFresh)
        _ = book.told(.payment(id(1), .approved))
        let day = RegisterBook.keyLifeMilliseconds
        #expect(book.expire(at: WallTime(milliseconds: noon.milliseconds + day - 1)).isEmpty)
        #expect(try book.expire(at: WallTime(milliseconds: noon.milliseconds + day)) == [key("a")])
        #expect(throws: RegisterFault.unknown) { try book.reply(id(1)) }
        #expect(book.count == 1)
        // A clock that was set back makes nothing older.
        _ = book.told(.payment(id(2), .declined))
        #expect(book.expire(at: WallTime(milliseconds: 0)).isEmpty)
    }

    @Test("after a start, what the site does not know was never begun; an approved payment stays")
    func recovered() throws {
        var book = RegisterBook()
        for number in UInt64(1)...4 { _ = try book.take(meal, key: key("\(number)"), id: id(number), at: noon) }
        _ = book.told(.payment(id(2), .approved))
        _ = book.told(.payment(id(3), .pending))
        _ = try book.take(refund(1, of: 2), key: key("r"), id: id(5), at: noon)
        _ = try book.take(RegisterAsk(.cancel(id(4))), key: key("c"), id: id(6), at: noon)
        let changed = book.recovered(known: [id(3), id(4)])
        #expect(Set(changed.map(\.key)) == [try key("1"), try key("r")])
        #expect(try book.reply(id(1)).state == .failed)
        #expect(try book.reply(id(2)).state == .approved)
        #expect(try book.reply(id(3)).state == .pending)
        #expect(try book.reply(id(5)).refundState == .refused)
        #expect(book.openCancellations == [id(4)])
    }

    @Test("everything is kept and read back as it was, without the payer's code")
    func rows() throws {
        var book = RegisterBook()
        let code = "284718294718294712"
        let sale = RegisterSale(
            amount: Fen(7), reference: "收据 \"1\"", lane: try Slug("till-1"), itemClass: try Slug("meal"),
            codeMark: RegisterSale.mark(of: code))
        var kept = try book.take(RegisterAsk(.start(sale), code: code), key: key("a|b"), id: id(1), at: noon).entries
        #expect(!String(decoding: kept[0].json, as: UTF8.self).contains(code))
        kept += book.told(
            .payment(id(1), .approved, RegisterDetail(code: "x", chinese: "好", english: "good"), payer: "张*三"))
        kept += try book.take(refund(3), key: key("r"), id: id(2), at: noon).entries
        kept += book.told(.refund(id(2), .refused, .interrupted))
        kept += try book.take(RegisterAsk(.cancel(id(1))), key: key("c"), id: id(3), at: noon).entries
        for entry in kept { #expect(RegisterEntry(json: entry.json) == entry) }
        var again = RegisterBook(kept)
        #expect(try again.reply(id(1)) == book.reply(id(1)) && again.count == book.count)
        #expect(try !again.take(RegisterAsk(.start(sale), code: code), key: key("a|b"), id: id(9), at: noon).isFresh)
        for cut in 0..<kept[0].json.count { #expect(RegisterEntry(json: Array(kept[0].json[..<cut])) == nil) }
    }

    @Test("a key has 1 to 255 visible characters", arguments: [(0, false), (1, true), (255, true), (256, false)])
    func keys(_ count: Int, _ isKey: Bool) {
        #expect(((try? key(String(repeating: "k", count: count))) != nil) == isKey)
        #expect((try? key("a b")) == nil && (try? key("键")) == nil)
    }
}
