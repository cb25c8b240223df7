internal import Glibc

/// One part of a multipart body.
struct MultipartPart: Equatable {
    /// As written, or nil.
    var contentType: String?
    /// Where the content stands in the body.
    var content: Range<Int>
}

/// Splits a multipart body (RFC 2046) the way cameras write it: lines ended by CRLF or LF, with or without lengths.
struct Multipart {
    static let mostParts = 32
    static let longestHeaders = 8192

    private let body: [UInt8]
    private let delimiter: [UInt8]

    /// - Returns: the parts in order, at least one.
    /// - Throws: ``MultipartFault``; a body without its closing boundary was cut and is refused.
    static func parts(of body: [UInt8], boundary: String) throws(MultipartFault) -> [MultipartPart] {
        try Multipart(body: body, delimiter: Array("--\(boundary)".utf8)).parts()
    }

    /// The boundary in the value of a Content-Type header.
    static func boundary(in contentType: String) -> String? {
        var rest = Substring(contentType)
        guard let start = rest.firstIndex(of: ";") else { return nil }
        rest = rest[start...]
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let value = parameterValue(&rest)
            if String(name).trimmed.lowercased() == "boundary" { return isBoundary(value) ? value : nil }
        }
        return nil
    }

    private static func parameterValue(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != ";" }
            rest = rest.dropFirst(value.count)
            return String(value).trimmed
        }
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let escaped = rest.popFirst() {
                value.append(escaped)
            } else {
                value.append(character)
            }
        }
        rest = rest.drop { $0 != ";" }
        return value
    }

    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private func parts() throws(MultipartFault) -> [MultipartPart] {
        guard var mark = nextMark(from: 0) else { throw .noPart }
        var parts: [MultipartPart] = []
        while !mark.isLast {
            guard parts.count < Multipart.mostParts else { throw .tooManyParts(limit: Multipart.mostParts) }
            let headers = try headers(from: mark.end)
            let next = try end(of: headers)
            let content = headers.end..<max(headers.end, contentEnd(before: next.start))
            parts.append(MultipartPart(contentType: headers.contentType, content: content))
            mark = next
        }
        guard !parts.isEmpty else { throw .noPart }
        return parts
    }

    private struct Headers {
        var contentType: String?
        var length: Int?
        /// Where the content begins.
        var end: Int
    }

    /// A boundary line: where it begins, and where what follows it begins.
    private struct Mark {
        var start: Int, end: Int, isLast: Bool
    }

    /// The boundary that ends a part. The part's announced length is believed only where a boundary follows it: some
    /// cameras count the line end into it, and a wrong one would swallow the next part.
    private func end(of headers: Headers) throws(MultipartFault) -> Mark {
        if let length = headers.length {
            let present = body.count - headers.end
            guard length <= present else { throw .partCut(declared: length, present: present) }
            if let mark = mark(at: afterLineEnd(headers.end + length)) { return mark }
        }
        guard let mark = nextMark(from: headers.end) else { throw .notClosed }
        return mark
    }

    private func headers(from start: Int) throws(MultipartFault) -> Headers {
        var headers = Headers(end: start)
        while true {
            guard let lineEnd = find([UInt8(ascii: "\n")], from: headers.end) else { throw .notClosed }
            guard lineEnd < start + Multipart.longestHeaders else {
                throw .headersTooLong(limit: Multipart.longestHeaders)
            }
            let line = String(decoding: body[headers.end..<lineEnd], as: UTF8.self).trimmed
            headers.end = lineEnd + 1
            if line.isEmpty { return headers }
            guard let colon = line.firstIndex(of: ":") else { throw .badHeader }
            let value = String(line[line.index(after: colon)...]).trimmed
            switch String(line[..<colon]).trimmed.lowercased() {
            case "content-type": headers.contentType = value
            case "content-length":
                guard let length = Int(value), length >= 0 else { throw .badHeader }
                headers.length = length
            default: break
            }
        }
    }

    private func nextMark(from start: Int) -> Mark? {
        var from = start
        while let found = find(delimiter, from: from) {
            if let mark = mark(at: found) { return mark }
            from = found + 1
        }
        return nil
    }

    /// The boundary line that begins at an index, if one does.
    private func mark(at index: Int) -> Mark? {
        guard index == 0 || body[index - 1] == UInt8(ascii: "\n"), body[index...].starts(with: delimiter) else {
            return nil
        }
        let rest = body[(index + delimiter.count)...]
        if rest.starts(with: "--".utf8) { return Mark(start: index, end: rest.startIndex + 2, isLast: true) }
        for place in rest.indices {
            switch rest[place] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "\n"): return Mark(start: index, end: place + 1, isLast: false)
            default: return nil
            }
        }
        return nil
    }

    private func afterLineEnd(_ index: Int) -> Int {
        var index = index
        if index < body.count, body[index] == UInt8(ascii: "\r") { index += 1 }
        if index < body.count, body[index] == UInt8(ascii: "\n") { index += 1 }
        return index
    }

    /// The line end before a boundary belongs to the boundary.
    private func contentEnd(before mark: Int) -> Int {
        var end = mark
        if end > 0, body[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > 0, body[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return end
    }

    /// - Parameter needle: not empty.
    private func find(_ needle: [UInt8], from start: Int) -> Int? {
        body.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return nil }
            var from = start
            while from + needle.count <= all.count {
                let hit = memchr(base + from, Int32(needle[0]), all.count - needle.count - from + 1)
                guard let hit else { return nil }
                if memcmp(hit, needle, needle.count) == 0 { return UnsafeRawPointer(hit) - base }
                from = UnsafeRawPointer(hit) - base + 1
            }
            return nil
        }
    }
}
