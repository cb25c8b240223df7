extension JSONParser {
    /// Reads a quoted text; the index stands on the opening quote.
    mutating func text() throws(JSONError) -> String {
        let quote = bytes[index]
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != quote, bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20 {
            index += 1
        }
        guard index < bytes.count else { throw unexpected("a closing quote") }
        if bytes[index] == quote {
            let plain = try utf8(bytes[start..<index])
            index += 1
            return plain
        }
        var collected = Array(bytes[start..<index])
        while true {
            guard index < bytes.count else { throw unexpected("a closing quote") }
            let byte = bytes[index]
            if byte == quote {
                let whole = try utf8(collected[...])
                index += 1
                return whole
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &collected)
            } else if byte < 0x20 {
                throw fault(.controlCharacterInText, "a closing quote, or an escape such as \\n")
            } else {
                collected.append(byte)
                index += 1
            }
        }
    }

    private func utf8(_ slice: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw fault(.notUTF8, "UTF-8 text") }
        return text
    }

    private mutating func escape(into collected: inout [UInt8]) throws(JSONError) {
        index += 1
        guard index < bytes.count else { throw unexpected("an escape") }
        let kind = bytes[index]
        index += 1
        switch kind {
        case UInt8(ascii: "n"): collected.append(0x0A)
        case UInt8(ascii: "t"): collected.append(0x09)
        case UInt8(ascii: "r"): collected.append(0x0D)
        case UInt8(ascii: "b"): collected.append(0x08)
        case UInt8(ascii: "f"): collected.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): collected.append(kind)
        case UInt8(ascii: "'") where dialect == .json5: collected.append(kind)
        case UInt8(ascii: "\n") where dialect == .json5: startLine()
        case UInt8(ascii: "\r") where dialect == .json5:
            // A line continued with the line end of another system.
            if take(UInt8(ascii: "\n")) { startLine() }
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape()
            collected.append(contentsOf: UTF8.encode(scalar)!)
        default:
            index -= 1
            throw fault(.badEscape, "one of \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\uXXXX")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A surrogate: only a high one followed at once by a low one spells a character.
        guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault(.badEscape, "a pair of surrogates")
        }
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault(.badEscape, "a pair of surrogates") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexadecimalDigit(bytes[index]) else { throw fault(.badEscape, "four hexadecimal digits") }
            value = value << 4 | digit
            index += 1
        }
        return value
    }

    private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Reads a number: `Int64` where it is whole, otherwise the text itself.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        let negative = take(UInt8(ascii: "-"))
        if !negative, dialect == .json5 { _ = take(UInt8(ascii: "+")) }
        if dialect == .json5, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "0"),
            bytes[index + 1] | 0x20 == UInt8(ascii: "x")
        {
            return try hexadecimalNumber(negative: negative)
        }
        let digitsStart = index
        skipDigits()
        let wholeDigits = index - digitsStart
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            let fractionStart = index
            skipDigits()
            let fractionDigits = index - fractionStart
            guard dialect == .json5 ? wholeDigits + fractionDigits > 0 : wholeDigits > 0 && fractionDigits > 0 else {
                throw fault(.badNumber, "digits on both sides of the point")
            }
        }
        guard wholeDigits > 0 || !isWhole else {
            index = start
            throw unexpected("a value")
        }
        if wholeDigits > 1, bytes[digitsStart] == UInt8(ascii: "0") {
            throw fault(.badNumber, "a number without leading zeros")
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            index += 1
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            let exponentStart = index
            skipDigits()
            guard index > exponentStart else { throw fault(.badNumber, "digits after the exponent mark") }
        }
        if index < bytes.count, isWordByte(bytes[index]) { throw unexpected("the end of the number") }
        let written = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let integer = Int64(written) { return .integer(integer) }
        return .decimal(written)
    }

    private mutating func hexadecimalNumber(negative: Bool) throws(JSONError) -> JSONValue {
        index += 2
        let start = index
        while index < bytes.count, hexadecimalDigit(bytes[index]) != nil { index += 1 }
        let digits = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Int64((negative ? "-" : "") + digits, radix: 16) else {
            throw fault(.badNumber, "a hexadecimal number in the range of 64 bits")
        }
        return .integer(value)
    }

    private mutating func skipDigits() {
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    }
}
