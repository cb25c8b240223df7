public import GB18030Text

/// A sign that takes plain text: each row as a line of GB18030 text that ends with CR LF. Pure.
public struct LineSign: Hashable, Sendable {
    /// What goes before the rows of a page, such as a form feed (0C) for displays that clear on it; may be empty.
    public var pagePrefix: [UInt8]

    public init(pagePrefix: [UInt8] = []) { self.pagePrefix = pagePrefix }

    /// One frame for a page. Every row of the sign is written, so that nothing old stays on it.
    public func frames(page: [String], rows: Int) throws(GB18030Missing) -> [[UInt8]] {
        var frame = pagePrefix
        for row in 0..<rows {
            if row < page.count { frame += try DeviceText.bytes(page[row]) }
            frame += [0x0D, 0x0A]
        }
        return [frame]
    }
}
