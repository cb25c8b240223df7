/// One field of a line.
public struct CSVField: Equatable, Sendable {
    /// Without quotes and surrounding spaces.
    public var text: String
    /// Where it begins, in bytes from 1.
    public var column: Int
}

/// Cuts a CSV text (RFC 4180) into lines and fields. A field may be quoted, but no field goes over a line's end: none
/// of ours needs to, and a quote that was never closed would swallow the lines after it.
enum CSVRows {
    struct Fault: Error, Equatable {
        var column: Int
        var found: String
        var expected: String
    }

    static let mostFields = 32

    /// The lines, without their ends (LF or CR LF); the first is line 1.
    static func lines(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
    }

    static func fields(_ line: ArraySlice<UInt8>) -> Result<[CSVField], Fault> {
        var fields: [CSVField] = []
        var at = line.startIndex
        let quote = UInt8(ascii: "\""), comma = UInt8(ascii: ",")
        while true {
            let column = at - line.startIndex + 1
            guard fields.count < mostFields else {
                return .failure(Fault(column: column, found: "more than \(mostFields) fields", expected: "fewer"))
            }
            var bytes: [UInt8] = []
            if at < line.endIndex, line[at] == quote {
                at += 1
                while true {
                    guard at < line.endIndex else {
                        return .failure(
                            Fault(column: column, found: "a quote that is not closed", expected: "\" in this line"))
                    }
                    if line[at] != quote {
                        bytes.append(line[at])
                        at += 1
                    } else if at + 1 < line.endIndex, line[at + 1] == quote {
                        bytes.append(quote)
                        at += 2
                    } else {
                        at += 1
                        break
                    }
                }
                guard at == line.endIndex || line[at] == comma else {
                    return .failure(
                        Fault(
                            column: at - line.startIndex + 1, found: "something after a closing quote",
                            expected: "a comma or the line's end"))
                }
            } else {
                let end = line[at...].firstIndex(of: comma) ?? line.endIndex
                bytes = Array(line[at..<end])
                if let place = bytes.firstIndex(of: quote) {
                    return .failure(
                        Fault(column: column + place, found: "a quote within a field", expected: "the field in quotes"))
                }
                at = end
            }
            let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
            let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
            fields.append(CSVField(text: String(decoding: Array(trimmed), as: UTF8.self), column: column))
            guard at < line.endIndex else { return .success(fields) }
            at += 1
        }
    }
}
