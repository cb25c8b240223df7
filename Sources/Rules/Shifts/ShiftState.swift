internal import JSONText
public import Vocabulary
internal import Wire

/// How shifts stand in a journal's state.
extension ShiftDesk {
    /// The shift that is open, its acts and those of the shifts that are kept, and the closed ones.
    public static let openKind = "shift", itemKind = "shiftItem", closedKind = "shiftClosed"
    static let openKey = "open"

    /// The kinds of state to read.
    public static let kinds = [openKind, itemKind, closedKind]

    func key(_ shift: Shift, _ number: Int) -> String { "\(shift.opening.shift)/\(number)" }

    func keep(_ shift: Shift) -> StateChange {
        .put(
            kind: ShiftDesk.openKind, key: ShiftDesk.openKey,
            value: JSONWriter.object { writer in
                writer.field("opening") { shift.opening.write(to: &$0) }
                writer.field("opened", shift.opened.milliseconds)
                writer.field("nextItem", Int64(shift.nextItem))
                writer.field("totals") { shift.totals.write(to: &$0) }
            })
    }

    func forget(_ report: ClosedShift) -> [StateChange] {
        // Numbers that were taken back are among them: removing what is not there does nothing.
        let numbers = report.items.count + ShiftDesk.spareNumbers
        return [.remove(kind: ShiftDesk.closedKind, key: report.id.description)]
            + (1...max(1, numbers)).map { .remove(kind: ShiftDesk.itemKind, key: "\(report.id)/\($0)") }
    }

    /// How many numbers of a shift may have been taken back by refused writes and still be forgotten with it.
    private static var spareNumbers: Int { 100 }

    /// Makes what a box begins with out of what its journal kept.
    /// - Returns: what was understood, and in words what was not.
    public static func recover(
        _ kept: [String: [(key: String, value: [UInt8])]], exits: Set<LaneID>
    ) -> (desk: ShiftDesk, lost: [String]) {
        var desk = ShiftDesk(exits: exits)
        var lost: [String] = []
        var items: [Substring: [Int: ShiftItem]] = [:]
        for (key, value) in kept[itemKind] ?? [] {
            let parts = key.split(separator: "/")
            guard parts.count == 2, let number = Int(parts[1]), let item = ShiftItem(stateValue: value) else {
                lost.append("the journal keeps a \(itemKind) that cannot be read (\(value.count) bytes); it is ignored")
                continue
            }
            items[parts[0], default: [:]][number] = item
        }
        for (_, value) in kept[closedKind] ?? [] {
            guard let read = ClosedShift.parts(value) else {
                lost.append(
                    "the journal keeps a \(closedKind) that cannot be read (\(value.count) bytes); it is ignored")
                continue
            }
            let acts = items[Substring(read.closing.opening.shift.description)] ?? [:]
            desk.closed.append(
                ClosedShift(
                    closing: read.closing, closed: read.closed, items: acts.sorted { $0.key < $1.key }.map(\.value),
                    isWritten: true))
        }
        desk.closed.sort { $0.id < $1.id }
        for (_, value) in kept[openKind] ?? [] {
            guard var shift = Shift(stateValue: value) else {
                lost.append("the journal keeps a \(openKind) that cannot be read (\(value.count) bytes); it is ignored")
                continue
            }
            shift.items = items[Substring(shift.opening.shift.description)] ?? [:]
            shift.nextItem = max(shift.nextItem, (shift.items.keys.max() ?? 0) + 1)
            desk.current = shift
        }
        return (desk, lost)
    }
}

extension Shift {
    fileprivate init?(stateValue: [UInt8]) {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json),
            let opening = node["opening"].flatMap({ try? ShiftOpening($0) }), let opened = node["opened"]?.integer,
            let next = node["nextItem"]?.integer, next >= 1,
            let totals = node["totals"].flatMap({ try? ShiftTotals($0) })
        else { return nil }
        self.init(opening: opening, opened: WallTime(milliseconds: opened))
        self.totals = totals
        nextItem = Int(next)
    }
}

extension ClosedShift {
    var stateValue: [UInt8] {
        JSONWriter.object { writer in
            writer.field("closed", closed.milliseconds)
            closing.write(to: &writer)
        }
    }

    fileprivate static func parts(_ stateValue: [UInt8]) -> (closing: ShiftClosing, closed: WallTime)? {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json), let closed = node["closed"]?.integer,
            let closing = try? ShiftClosing(node)
        else { return nil }
        return (closing, WallTime(milliseconds: closed))
    }
}
