/// Text as signs and printers take it: ASCII and the two-byte characters of GB18030 (GBK), for which their fonts are
/// made. An ASCII character takes one column, any other two.
public enum DeviceText {
    /// - Returns: the bytes; a character that no such font has becomes `?`, and so does a control character, which
    /// could
    ///   be a command.
    public static func bytes(_ text: String) throws(GB18030Missing) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                bytes.append((0x20...0x7E).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "?"))
                continue
            }
            let one = try GB18030Text.encode(String(scalar))
            bytes += one.count == 2 ? one : [UInt8(ascii: "?")]
        }
        return bytes
    }

    /// Why this machine cannot write Chinese; nil when it can.
    public static var fault: String? {
        do throws(GB18030Missing) {
            _ = try GB18030Text.encode("停")
            return nil
        } catch { return error.description }
    }

    public static func columns(of scalar: Unicode.Scalar) -> Int { scalar.value < 0x80 ? 1 : 2 }

    public static func columns(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns(of: $1) } }

    /// Breaks a line into rows of at most so many columns: at spaces where there are any, else between Chinese
    /// characters, and within a number or a word only where it is wider than a row.
    ///
    /// - Parameter limit: 2 or more.
    /// - Returns: no row for a line that is empty.
    public static func rows(of line: String, columns limit: Int) -> [String] {
        precondition(limit >= 2, "no Chinese character fits in a column")
        var rows: [String] = []
        var row = ""
        for word in line.split(separator: " ").map(String.init) {
            let joined = row.isEmpty ? word : "\(row) \(word)"
            if columns(of: joined) <= limit {
                row = joined
                continue
            }
            if !row.isEmpty { rows.append(row) }
            row = ""
            for part in parts(of: word, limit) {
                if columns(of: row) + columns(of: part) > limit {
                    rows.append(row)
                    row = ""
                }
                row += part
            }
        }
        if !row.isEmpty { rows.append(row) }
        return rows
    }

    /// What stays together of a word: a run of ASCII, such as an amount, unless it is wider than a row; else single
    /// characters.
    private static func parts(of word: String, _ limit: Int) -> [String] {
        var parts: [String] = []
        var run = ""
        for scalar in word.unicodeScalars {
            if scalar.value < 0x80, run.unicodeScalars.count < limit {
                run.unicodeScalars.append(scalar)
                continue
            }
            if !run.isEmpty { parts.append(run) }
            run = scalar.value < 0x80 ? String(scalar) : ""
            if run.isEmpty { parts.append(String(scalar)) }
        }
        if !run.isEmpty { parts.append(run) }
        return parts
    }
}
