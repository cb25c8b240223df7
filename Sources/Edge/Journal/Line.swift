/// How a record's line is made: the body's members, byte for byte, behind its sequence number.
enum Line {
    private static let start = Array(#"{"seq":"#.utf8)
    private static let brace = UInt8(ascii: "{"), comma = UInt8(ascii: ","), closing = UInt8(ascii: "}")
    private static let mostDigits = 19

    /// Refuses what would not be one JSON object on one line. It does not parse: the caller's writer is trusted for
    /// that.
    static func check(_ body: [UInt8]) throws(JournalError) {
        guard body.count >= 2, body.first == brace, body.last == closing else {
            throw .malformedBody(why: "its body is not an object from { to }")
        }
        // Without a branch, so that the compiler can look at many bytes at once.
        var lowest = UInt8.max
        for byte in body { lowest = min(lowest, byte) }
        guard lowest >= 0x20 else { throw .malformedBody(why: "its body has a line feed or another control character") }
        let bytes = start.count + mostDigits + body.count
        guard bytes <= JournalOptions.mostLineBytes else {
            throw .recordTooLarge(bytes: bytes, limit: JournalOptions.mostLineBytes)
        }
    }

    /// The line of a checked body.
    static func make(sequence: Int64, body: [UInt8]) -> [UInt8] {
        let isEmpty = body.count == 2
        return [UInt8](unsafeUninitializedCapacity: start.count + mostDigits + body.count) { target, count in
            count = target.initialize(fromContentsOf: start)
            var digits = 1
            var rest = sequence
            while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
            rest = sequence
            for index in (count..<count + digits).reversed() {
                target.initializeElement(at: index, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            count += digits
            if !isEmpty {
                target.initializeElement(at: count, to: comma)
                count += 1
            }
            body.withUnsafeBufferPointer { source in
                let members = UnsafeBufferPointer(rebasing: source[1...])
                let room = UnsafeMutableBufferPointer(rebasing: target[count...])
                count += room.initialize(fromContentsOf: members)
            }
        }
    }

    /// The sequence number a line carries; nil if it does not begin as `make` begins it.
    static func sequence(of line: Span<UInt8>) -> Int64? {
        guard line.count > start.count else { return nil }
        for index in 0..<start.count where line[index] != start[index] { return nil }
        var value: Int64 = 0
        var index = start.count
        while index < line.count, case let byte = line[index], (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            guard index < start.count + mostDigits else { return nil }
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, wraps) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tooBig, !wraps else { return nil }
            value = sum
            index += 1
        }
        guard index > start.count, index < line.count, line[index] == comma || line[index] == closing else {
            return nil
        }
        return value
    }

    /// The body that `make` put behind a number.
    static func body(of line: [UInt8]) -> [UInt8] {
        guard let end = line.firstIndex(of: comma), sequence(of: line.span) != nil else { return [brace, closing] }
        // An empty body has no comma behind its number.
        let digits = line[start.count..<end]
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return [brace, closing]
        }
        return [brace] + line[(end + 1)...]
    }
}
