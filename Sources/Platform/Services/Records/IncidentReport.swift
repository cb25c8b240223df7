internal import JSONText
internal import SQLite
public import Vocabulary

/// What a person should look at, as the platform's file has it at one moment.
public struct IncidentReport: Equatable, Sendable {
    /// At most so many are read; ``left`` says how many older ones were not.
    public static let most: Int64 = 10_000

    /// Oldest first.
    public var incidents: [Incident]
    public var left: Int64

    /// Opens the file read-only and reads it; the platform may be running.
    /// - Parameters:
    ///   - path: the platform's SQLite file.
    ///   - device: nil: of all boxes.
    ///   - includesClosed: also those that nobody need look at any more.
    public static func read(
        _ path: String, of device: DeviceID? = nil, includesClosed: Bool = false
    ) throws(PlatformError) -> IncidentReport {
        let database = try PlatformSchema.openForReading(path)
        var conditions = ["1"]
        // A device's name is a slug: there is nothing in it to be quoted.
        if let device { conditions.append("device = '\(device.text)'") }
        if !includesClosed { conditions.append("closed_at IS NULL") }
        let condition = "WHERE " + conditions.joined(separator: " AND ")
        let count = try stored(database.integer("SELECT count(*) FROM incidents \(condition)")) ?? 0
        let incidents = try stored(
            Incident.read(
                database,
                "\(condition) AND id IN (SELECT id FROM incidents \(condition) ORDER BY id DESC LIMIT \(most))"))
        return IncidentReport(incidents: incidents, left: max(0, count - most))
    }
}

extension IncidentReport: CustomStringConvertible {
    public var description: String {
        guard !incidents.isEmpty else { return "no incidents" }
        let rows = incidents.map { incident in
            [
                incident.device.text, incident.code.rawValue, "\(incident.count)", incident.first.utcText,
                incident.last.utcText, incident.closed == nil ? "open" : "closed",
                incident.subject.isEmpty ? incident.detail : "\(incident.subject): \(incident.detail)",
            ]
        }
        let table = TextTable(head: ["box", "what", "times", "first", "last", "state", "details"], rows: rows)
        return (table.lines + (left > 0 ? ["\(left) older ones are not shown"] : [])).joined(separator: "\n")
    }

    /// The same as one JSON object; times in milliseconds since 1970.
    public var json: String {
        let bytes = JSONWriter.object { writer in
            writer.field("incidents", array: incidents) { writer, incident in
                writer.object {
                    $0.field("device", incident.device.text)
                    $0.field("code", incident.code.rawValue)
                    $0.field("subject", incident.subject)
                    $0.field("detail", incident.detail)
                    $0.field("count", incident.count)
                    $0.field("first", incident.first.milliseconds)
                    $0.field("last", incident.last.milliseconds)
                    $0.field("closed", ifPresent: incident.closed?.milliseconds)
                }
            }
            writer.field("left", left)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
