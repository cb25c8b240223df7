/// Splits an endless multipart body (RFC 2046), whose bytes come in portions cut anywhere.
///
/// Parts of text and XML are handed out whole; pictures are counted and thrown away as they pass. Everything kept is
/// bounded, and a bound that is passed is a fault: the connection is given up and made anew.
struct MultipartStream: Sendable {
    /// Bytes of the headers of one part, and of what stands outside parts.
    static let longestHeaders = 8_192
    /// Bytes of a part that is handed out.
    static let longestPart = 256 << 10
    /// Bytes of a part that is thrown away.
    static let longestPicture = 16 << 20

    struct Part: Equatable, Sendable {
        var contentType: String?
        var content: [UInt8]
    }

    private enum Place {
        /// Outside parts: before the first boundary, or between a part of known length and the next boundary.
        case outside
        case headers
        /// In a part whose length was told.
        case counted(left: Int)
        /// In a part that the next boundary ends.
        case open
        /// After the closing boundary.
        case closed
    }

    /// The line before each part. A name that begins with hyphens may have them already: then either is one.
    private let delimiters: [[UInt8]]
    private var place = Place.outside
    /// The line under way; in a part that is thrown away only as much as a boundary may have.
    private var line: [UInt8] = []
    /// Bytes since the last boundary that belong to no content.
    private var loose = 0
    /// Bytes of the part so far.
    private var length = 0
    private var contentType: String?
    private var announced: Int?
    private var isKept = false
    private var content: [UInt8] = []

    /// - Parameter boundary: as the response's Content-Type names it. Some firmwares name it with its two hyphens.
    init(boundary: String) {
        let name = Array(boundary.utf8)
        let delimiter = Array("--".utf8) + name
        delimiters = name.starts(with: "--".utf8) ? [delimiter, name] : [delimiter]
    }

    /// The closing boundary has come: the camera ended the stream.
    var isClosed: Bool { if case .closed = place { true } else { false } }

    /// Takes in the next bytes.
    ///
    /// - Returns: the parts that are complete with them, in order.
    /// - Throws: ``MultipartFault``; the stream cannot be read on after that.
    mutating func feed(_ bytes: [UInt8]) throws(MultipartFault) -> [Part] {
        var parts: [Part] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            switch place {
            case .closed: return parts
            case .counted(let left): try takeCounted(left, &rest, &parts)
            case .outside, .headers, .open: try takeLine(&rest, &parts)
            }
        }
        return parts
    }

    private mutating func takeCounted(
        _ left: Int, _ rest: inout ArraySlice<UInt8>, _ parts: inout [Part]
    ) throws(MultipartFault) {
        let taken = rest.prefix(left)
        if isKept { content += taken }
        rest = rest.dropFirst(taken.count)
        guard taken.count == left else {
            place = .counted(left: left - taken.count)
            return
        }
        // A length that is too great has swallowed the next part: which bytes are whose, nobody can tell.
        if isKept, hasBoundaryLine(content) { throw .badLength }
        finish(&parts)
        place = .outside
    }

    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>, _ parts: inout [Part]) throws(MultipartFault) {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let taken = rest[rest.startIndex..<(end.map { $0 + 1 } ?? rest.endIndex)]
        rest = rest[taken.endIndex...]
        let isOpen: Bool
        if case .open = place { isOpen = true } else { isOpen = false }
        if isOpen {
            length += taken.count
            let limit = isKept ? MultipartStream.longestPart : MultipartStream.longestPicture
            guard length <= limit + longestBoundaryLine else { throw .partTooLong(limit: limit) }
        } else {
            loose += taken.count
            guard loose <= MultipartStream.longestHeaders else {
                throw .headersTooLong(limit: MultipartStream.longestHeaders)
            }
        }
        // A picture has no lines: of what is thrown away only a line's beginning can matter.
        let room = isOpen && !isKept ? max(0, longestBoundaryLine - line.count) : taken.count
        line += taken.prefix(room)
        guard end != nil else { return }
        let whole = line
        line = []
        try take(line: whole, isCut: room < taken.count, &parts)
    }

    private mutating func take(line: [UInt8], isCut: Bool, _ parts: inout [Part]) throws(MultipartFault) {
        switch (place, isCut ? nil : mark(line)) {
        case (.open, .some(let isLast)):
            // The line end before a boundary belongs to the boundary.
            if content.last == UInt8(ascii: "\n") { content.removeLast() }
            if content.last == UInt8(ascii: "\r") { content.removeLast() }
            finish(&parts)
            begin(isLast)
        case (.open, nil):
            if isKept { content += line }
        case (.outside, .some(let isLast)), (.headers, .some(let isLast)): begin(isLast)
        case (.outside, nil): break
        case (.headers, nil): try takeHeader(line)
        case (.counted, _), (.closed, _): preconditionFailure("no lines are read there")
        }
    }

    private mutating func begin(_ isLast: Bool) {
        place = isLast ? .closed : .headers
        loose = 0
        contentType = nil
        announced = nil
        content = []
        length = 0
    }

    private mutating func takeHeader(_ line: [UInt8]) throws(MultipartFault) {
        let text = String(decoding: line, as: UTF8.self).trimmed
        guard !text.isEmpty else { return try beginContent() }
        guard let colon = text.firstIndex(of: ":") else { throw .badHeader }
        let value = String(text[text.index(after: colon)...]).trimmed
        switch String(text[..<colon]).trimmed.lowercased() {
        case "content-type": contentType = value
        case "content-length":
            guard let number = Int(value), number >= 0 else { throw .badHeader }
            announced = number
        default: break
        }
    }

    private mutating func beginContent() throws(MultipartFault) {
        let type = contentType?.lowercased() ?? ""
        isKept = !["image/", "video/", "audio/", "application/octet-stream"].contains { type.hasPrefix($0) }
        guard let announced else {
            place = .open
            return
        }
        let limit = isKept ? MultipartStream.longestPart : MultipartStream.longestPicture
        guard announced <= limit else { throw .partTooLong(limit: limit) }
        if announced == 0 { place = .outside } else { place = .counted(left: announced) }
    }

    private mutating func finish(_ parts: inout [Part]) {
        if isKept { parts.append(Part(contentType: contentType, content: content)) }
        content = []
        loose = 0
    }

    /// With its closing hyphens and its line end.
    private var longestBoundaryLine: Int { delimiters[0].count + 4 }

    /// - Returns: nil for a line that is no boundary, else whether it is the closing one.
    private func mark(_ line: [UInt8]) -> Bool? {
        guard line.first == UInt8(ascii: "-") else { return nil }
        for delimiter in delimiters where line.starts(with: delimiter) {
            let rest = line[delimiter.count...].filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }
            if rest.isEmpty { return false }
            if rest == Array("--".utf8) { return true }
        }
        return nil
    }

    private func hasBoundaryLine(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).contains { mark(Array($0)) != nil }
    }
}
