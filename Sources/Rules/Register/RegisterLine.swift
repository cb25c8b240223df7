public import Vocabulary

/// The lines of the protocol for serial ports: fields divided by `|`, the last one a checksum, ended by CR, LF or both.
///
/// | request | means |
/// |---|---|
/// | `HEL\|key` | is somebody there |
/// | `PAY\|key\|fen\|reference\|code\|lane\|itemClass` | starts a payment; all after `fen` may be left out |
/// | `GET\|key\|id` | how a payment or refund stands; the key only comes back |
/// | `CAN\|key\|id` | cancels |
/// | `REF\|key\|id\|fen\|who\|why` | refunds |
///
/// Answers: `OK|key|id|state|fen|refunded|code`, `HI|key|1`, `ER|key|code|text`, and `NK|reason` to a line whose key
/// cannot be trusted. The checksum is CRC-16/CCITT-FALSE over everything up to and with the last `|`, four upper-case
/// hexadecimal digits. A line that is sent again has the same answer and the same effect.
public enum RegisterLine {
    /// The longest line without its end, in bytes.
    public static let longest = 512
    /// The longest key here.
    public static let longestKey = 64

    /// What a line asks for.
    public enum Ask: Hashable, Sendable {
        case hello(key: String)
        case status(key: String, PaymentID)
        case change(key: RegisterKey, RegisterAsk)
    }

    /// A line that cannot be answered with an order's state.
    public enum Refusal: Error, Hashable, Sendable {
        /// Not even its key can be trusted: `checksum`, `long`, `form`.
        case notALine(String)
        case fault(key: String, RegisterFault)
    }

    public static func read(_ line: [UInt8], door: Slug) throws(Refusal) -> Ask {
        guard line.count <= longest else { throw .notALine("long") }
        guard let bar = line.lastIndex(of: UInt8(ascii: "|")), line.count - bar == 5 else { throw .notALine("form") }
        guard Array(line[(bar + 1)...]) == checksum(line[...bar]) else { throw .notALine("checksum") }
        guard let text = String(validating: line[..<bar], as: UTF8.self) else { throw .notALine("form") }
        let fields = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 2 else { throw .notALine("form") }
        let key = fields[1]
        guard (1...longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .notALine("key")
        }
        do throws(RegisterFault) { return try ask(fields, key, door) } catch { throw .fault(key: key, error) }
    }

    private static func ask(_ fields: [String], _ key: String, _ door: Slug) throws(RegisterFault) -> Ask {
        func need(_ count: ClosedRange<Int>) throws(RegisterFault) {
            guard count.contains(fields.count) else {
                throw .badRequest("\(fields[0]) has \(count.lowerBound) to \(count.upperBound) fields")
            }
        }
        switch fields[0] {
        case "HEL":
            try need(2...2)
            return .hello(key: key)
        case "GET":
            try need(3...3)
            return .status(key: key, try RegisterText.id(fields[2]))
        case "CAN":
            try need(3...3)
            return .change(key: try RegisterKey(door: door, key), RegisterAsk(.cancel(try RegisterText.id(fields[2]))))
        case "PAY":
            try need(3...7)
            func text(_ index: Int, _ name: String, _ longest: Int) throws(RegisterFault) -> String? {
                guard index < fields.count, !fields[index].isEmpty else { return nil }
                return try RegisterText.check(fields[index], name, longest: longest)
            }
            let code = try text(4, "code", 512)
            let lane = try text(5, "lane", 64).map { text throws(RegisterFault) in try RegisterText.slug(text, "lane") }
            let item = try text(6, "itemClass", 64).map { text throws(RegisterFault) in
                try RegisterText.slug(text, "itemClass")
            }
            let sale = RegisterSale(
                amount: try amount(fields[2]), reference: try text(3, "reference", RegisterSale.longestReference),
                lane: lane, itemClass: item, codeMark: code.map(RegisterSale.mark))
            return .change(key: try RegisterKey(door: door, key), RegisterAsk(.start(sale), code: code))
        case "REF":
            try need(6...6)
            let request = RegisterRequest.refund(
                payment: try RegisterText.id(fields[2]), amount: try amount(fields[3]),
                who: try RegisterText.check(fields[4], "who", longest: 64),
                why: try RegisterText.check(fields[5], "why", longest: 200))
            return .change(key: try RegisterKey(door: door, key), RegisterAsk(request))
        default: throw .badRequest("HEL, PAY, GET, CAN or REF")
        }
    }

    private static func amount(_ text: String) throws(RegisterFault) -> Fen {
        guard (1...9).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int64(text),
            RegisterSale.amounts.contains(number)
        else { throw RegisterText.badAmount }
        return Fen(number)
    }

    // MARK: - Answers

    public static func hello(key: String) -> [UInt8] { line("HI|\(key)|1") }

    public static func bytes(_ reply: RegisterReply, key: String) -> [UInt8] {
        switch reply {
        case .payment(let payment, let refunded, _):
            line(
                "OK|\(key)|\(payment.id)|\(payment.state.rawValue)|\(payment.sale.amount.count)|\(refunded.count)|"
                    + plain(payment.detail?.code ?? ""))
        case .refund(let refund):
            line(
                "OK|\(key)|\(refund.id)|\(refund.state.rawValue)|\(refund.amount.count)|0|"
                    + plain(refund.detail?.code ?? ""))
        }
    }

    public static func bytes(_ refusal: Refusal) -> [UInt8] {
        switch refusal {
        case .notALine(let reason): line("NK|\(reason)")
        case .fault(let key, let fault): line("ER|\(key)|\(fault.code)|\(plain(fault.description))")
        }
    }

    /// Visible ASCII without the divider: what old registers can print.
    private static func plain(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(200).map { (0x20...0x7B).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Adds the checksum and the end. What a register sends is made the same way.
    public static func line(_ text: String) -> [UInt8] {
        let bytes = Array("\(text)|".utf8)
        return bytes + checksum(bytes[...]) + [0x0D, 0x0A]
    }

    /// CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF; of `123456789` it is 29B1.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum: UInt16 = 0xFFFF
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        return stride(from: 12, through: 0, by: -4).map { shift in
            let digit = UInt8(truncatingIfNeeded: sum >> UInt16(shift) & 15)
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
        }
    }
}
