internal import Vocabulary

/// Whether windows cover each day exactly once.
public enum WindowCover {
    /// A part of certain days that no window, or more than one, covers.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        public var days: [DayKind]
        /// Minutes after midnight.
        public var from: Int64, to: Int64
        /// The places of the windows in the list: none (a hole), or two and more (an overlap).
        public var windows: [Int]

        public var description: String {
            let days = days == DayKind.allCases ? "every day" : days.map(\.rawValue).joined(separator: ", ")
            return "\(days) from \(TimeOfDay.text(from)) to \(TimeOfDay.text(to))"
        }
    }

    /// - Parameter kinds: those that a day can have; any may follow any.
    public static func faults(_ windows: [PriceWindow], kinds: [DayKind] = DayKind.allCases) -> [Fault] {
        var found: [(part: Part, days: Set<DayKind>)] = []
        for today in kinds {
            for yesterday in kinds {
                for part in parts(windows, yesterday, today) where part.windows.count != 1 {
                    if let index = found.firstIndex(where: { $0.part == part }) {
                        found[index].days.insert(today)
                    } else {
                        found.append((part, [today]))
                    }
                }
            }
        }
        return found.map {
            Fault(days: $0.days.sorted(), from: $0.part.from, to: $0.part.to, windows: $0.part.windows)
        }
    }

    private struct Part: Equatable {
        var from: Int64, to: Int64
        var windows: [Int]
    }

    /// The parts of a day within which the same windows hold.
    private static func parts(_ windows: [PriceWindow], _ yesterday: DayKind, _ today: DayKind) -> [Part] {
        var spans: [(from: Int64, to: Int64, window: Int)] = []
        for (index, window) in windows.enumerated() {
            if window.days.contains(today) { spans.append((window.from, min(window.to, 1_440), index)) }
            if window.days.contains(yesterday), window.to > 1_440 { spans.append((0, window.to - 1_440, index)) }
        }
        let edges = Set([0, 1_440] + spans.flatMap { [$0.from, $0.to] }).sorted()
        var parts: [Part] = []
        for (from, to) in zip(edges, edges.dropFirst()) {
            let holding = spans.filter { $0.from <= from && to <= $0.to }.map(\.window)
            if let last = parts.last, last.windows == holding {
                parts[parts.count - 1].to = to
            } else {
                parts.append(Part(from: from, to: to, windows: holding))
            }
        }
        return parts
    }
}
