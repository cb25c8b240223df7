import DemoParts
package import EdgeRuntime
import Glibc
import Host
import JSONText
import Journal
import Parking
import Services
import StandIns
import Tariffs
package import Vocabulary
package import Wire

/// The files of a rig, in a folder of its own that is removed at the end.
package final class RigFiles {
    /// A car that came before the box was started and is inside.
    package struct Inside: Sendable {
        package var plate: String
        package var minutes: Int64

        package init(plate: String, minutes: Int64) {
            self.plate = plate
            self.minutes = minutes
        }
    }

    /// A contract at the platform; amounts in fen.
    package struct Contract: Sendable {
        package var plate: String
        package var account: String
        package var balance: Int64
        package var offlineLimit: Int64

        package init(plate: String, account: String, balance: Int64, offlineLimit: Int64) {
            self.plate = plate
            self.account = account
            self.balance = balance
            self.offlineLimit = offlineLimit
        }
    }

    let folder: TemporaryFolder
    package let device: DeviceID
    package let configuration: BoxConfiguration
    package var boxFile: String { "\(folder.path)/box.json5" }
    /// The box's file as an attendant's commands need it: with the port that the box has found free.
    package func attendantFile(port: Int) throws -> String {
        let box = String(decoding: try TextFile.read(boxFile), as: UTF8.self)
        try folder.write(box.replacing("http: { port: 0 }", with: "http: { port: \(port) }"), to: "attendant.json5")
        return "\(folder.path)/attendant.json5"
    }

    package var platformFile: String { "\(folder.path)/platform.json5" }
    package var ledger: String { "\(folder.path)/platform.db" }
    package var journal: String { BoxIdentity.journalPath(in: configuration.stateFolder) }
    package var socket: String { "\(configuration.stateFolder)/gpio.sock" }

    /// - Parameters:
    ///   - stateFolder: the box's; `boxMembers`: further members of its file.
    ///   - boxPort: where the box finds the broker; `platformPort`: where the platform does.
    init(
        scenario: String, hardware: String, boxPort: Int, platformPort: Int, contracts: [Contract],
        stateFolder: String = "state", boxMembers: String = ""
    ) throws {
        folder = try TemporaryFolder("turnpike-rig")
        device = try DeviceID("garage-1")
        try folder.write(
            """
            {
              kind: "box", device: "garage-1", stateFolder: "\(stateFolder)", \(boxMembers)
              scenario: "\(scenario)", hardware: "\(hardware)",
              mqtt: { port: \(boxPort), keepAliveSeconds: 8, longestReconnectSeconds: 1 },
              http: { port: 0 },
            }
            """, to: "box.json5")
        configuration = try BoxConfiguration(
            try TextFile.read("\(folder.path)/box.json5"), file: "box.json5", folder: folder.path)
        let key = try BoxIdentity.key(in: configuration.stateFolder)
        let tariffs = try RigFiles.member("tariffs", of: scenario)
        let contracts = contracts.map { contract in
            """
                { plate: "\(contract.plate)", account: "\(contract.account)", openingBalance: \(contract.balance), \
            offlineLimit: \(contract.offlineLimit), status: "active" },
            """
        }
        try folder.write(
            """
            {
              kind: "platform", database: "\(ledger)", mqtt: { port: \(platformPort) }, merchant: "city-parking",
              devices: [ { id: "\(device)", publicKey: "\(key.publicKey)" } ],
              contracts: [
            \(contracts.joined(separator: "\n"))
              ],
              acquirers: [ { kind: "sandbox", schemes: ["weChat", "alipay", "unionPay"], shownCodes: true } ],
              tariffs: \(tariffs),
            }
            """, to: "platform.json5")
    }

    /// A scenario's list of tariffs as it stands in the file: the platform is to have the same.
    static func member(_ name: String, of scenario: String) throws -> String {
        let node = try JSONNode.parse(try TextFile.read(scenario), dialect: .json5)[name]
        guard let node else { throw DemoError("\(scenario) has no \(name)") }
        var writer = JSONWriter()
        writer.value(node)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The box's key.
    package func key() throws -> BoxKey { try BoxIdentity.key(in: configuration.stateFolder) }

    /// Writes the journal as an earlier run of the box left it: with cars inside that came in the night.
    func seed(_ inside: [Inside]) throws {
        let scenario = try ParkingScenario(try TextFile.read(configuration.scenario), file: configuration.scenario)
        let now = ClockReading.now()
        let journal = try Journal.open(
            path: journal, device: device, newEpoch: { Hexadecimal.text(SecureRandom.bytes(8)) },
            handler: NobodyListens())
        for (index, car) in inside.enumerated() {
            let entered = WallTime(milliseconds: now.wall.milliseconds - car.minutes * 60_000 + 20_000)
            let id = StayID(at: entered, random: (SecureRandom.bits64(), UInt64(index)))
            let stay = Stay(
                id: id, plate: try Plate(car.plate), entered: entered, tariff: scenario.tariffs.version(at: entered).id,
                enteredUptime: Uptime(nanoseconds: 0), boot: "the night before")
            let record = Record(
                at: entered, isSynchronised: true,
                event: .stayOpened(stay.entry(lane: try LaneID("entry-1"))))
            try journal.append(
                JournalWrite(
                    records: [JournalRecord(at: entered, body: record.body)],
                    state: [.put(kind: Stay.stateKind, key: stay.id.description, value: stay.stateValue)]))
        }
        guard journal.close() else {
            throw DemoError("the disk did not take the journal that the demonstration begins with")
        }
    }
}

private final class NobodyListens: JournalHandler {
    func durable(through sequence: Int64) {}
    func failed(_ error: JournalError) {}
}
