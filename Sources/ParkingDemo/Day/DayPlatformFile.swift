import Glibc
import JSONText
import Host
import ParkingDay
import Vocabulary

/// The platform's file for a scripted day: its boxes, its contracts and permits, and one site of all boxes.
struct DayPlatformFile {
    let day: DayFile
    /// The wall time of the day's midnight.
    let midnight: WallTime
    let devices: [(id: String, publicKey: String)]
    /// The broker's.
    let port: Int
    let ledger: String

    func text(scenario: String) throws -> String {
        let names = devices.map { "\"\($0.id)\"" }.joined(separator: ", ")
        let keys = devices.map { "{ id: \"\($0.id)\", publicKey: \"\($0.publicKey)\" }" }.joined(separator: ", ")
        return """
            {
              kind: "platform", database: "\(ledger)", mqtt: { port: \(port) }, merchant: "parking",
              rehearsalClock: "platform.clock",
              devices: [\(keys)],
              sites: [{ id: "centre", chinese: "市中心停车场", english: "City centre", devices: [\(names)] }],
              contracts: [
                \(contracts.joined(separator: ",\n    "))
              ],
              permits: [
                \(permits.joined(separator: ",\n    "))
              ],
              acquirers: [ { kind: "sandbox", schemes: ["weChat", "alipay", "unionPay"], shownCodes: true } ],
              http: { port: 0, merchantQR: \(try RigFiles.member("merchantQR", of: scenario)) },
              tariffs: \(try RigFiles.member("tariffs", of: scenario)),
            }
            """
    }

    private var contracts: [String] {
        func contract(_ plate: String, _ account: String, _ balance: Int64, _ offline: Int64) -> String {
            "{ plate: \"\(plate)\", account: \"\(account)\", openingBalance: \(balance), "
                + "offlineLimit: \(offline), status: \"active\" }"
        }
        let ofCars = day.cars.enumerated().filter { [.contract, .offline, .debt].contains($0.element.pays) }.map {
            contract($0.element.plate, "owner-\($0.offset)", 100_000, $0.element.pays == .debt ? 0 : 10_000)
        }
        let ofScenes = day.contracts.enumerated().map {
            contract($0.element.plate, "scene-\($0.offset)", $0.element.balance, $0.element.offlineLimit)
        }
        return ofCars + ofScenes
    }

    private var permits: [String] {
        day.permits.map { permit in
            var text = "{ plate: \"\(permit.plate)\", kind: \"\(permit.kind.rawValue)\""
            if let from = permit.from { text += ", from: \"\(time(from))\"" }
            if let until = permit.until { text += ", until: \"\(time(until))\"" }
            return text + ", graceMinutes: \(permit.graceMinutes) }"
        }
    }

    /// A minute of the day as a platform's file has it.
    private func time(_ minute: Int64) -> String {
        var (clock, parts) = (time_t(midnight.milliseconds / 1_000 + minute * 60), tm())
        precondition(gmtime_r(&clock, &parts) != nil, "a day of this century has a date")
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):00+00:00"
    }
}
