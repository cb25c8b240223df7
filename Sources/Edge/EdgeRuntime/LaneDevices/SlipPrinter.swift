internal import JSONText
public import Printer
public import Vocabulary

/// A receipt printer of a box: part of its hardware file.
public struct SlipPrinter: Hashable, Sendable {
    /// The lane that it stands at; nil for one at the attendant's desk.
    public var lane: LaneID?
    public var connection: PrinterConnection
    /// The columns of its paper: 16 to 64.
    public var columns: Int

    public init(lane: LaneID? = nil, connection: PrinterConnection, columns: Int = ESCPOS.narrow) {
        self.lane = lane
        self.connection = connection
        self.columns = columns
    }

    private enum Kind: String, CaseIterable { case escpos }

    /// Reads one of the `printers` of a hardware file.
    init?(_ reader: ObjectReader) {
        let lane = reader.optionalParsed("lane", expected: "a lane's name", Slug.init)
        let kind: Kind = reader.choice("kind")
        let path = reader.optionalString("path", longest: 255)
        let host = reader.optionalString("host", longest: 255)
        let port = UInt16(reader.integer("port", in: 1...65_535, default: 9_100))
        let columns = Int(
            reader.integer(
                "columns", in: 16...64, unit: "columns; a Chinese character takes 2", default: Int64(ESCPOS.narrow)))
        let connection: PrinterConnection
        switch (path, host) {
        case (let path?, nil):
            if reader.has("port") { reader.refuse("port", found: "a path and a port", expected: "a port for a host") }
            if !path.hasPrefix("/") {
                reader.refuse("path", found: "\"\(path)\"", expected: "a full path, such as /dev/usb/lp0")
            }
            connection = .file(path)
        case (nil, let host?):
            connection = .tcp(host: host, port: port)
        case (nil, nil), (.some, .some):
            reader.refuse(
                path == nil ? "kind" : "path", found: path == nil ? "neither path nor host" : "path and host",
                expected: "one of the two: how the printer is reached")
            return nil
        }
        switch kind {
        case .escpos: self.init(lane: lane, connection: connection, columns: columns)
        }
    }
}

extension LaneDevices {
    /// The printers of tickets: the first that stands at each lane.
    public var ticketPrinters: [LaneID: SlipPrinter] {
        Dictionary(printers.compactMap { printer in printer.lane.map { ($0, printer) } }) { first, _ in first }
    }

    /// The printer of what is printed at the desk: the first that stands at no lane, else the first.
    public var deskPrinter: SlipPrinter? { printers.first { $0.lane == nil } ?? printers.first }
}
