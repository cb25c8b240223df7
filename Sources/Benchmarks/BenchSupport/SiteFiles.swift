internal import EdgeRuntime
internal import Glibc
internal import Host
package import StandIns
package import Vocabulary
internal import Wire

/// The files of one box and one platform, in a folder of their own that goes with this object.
package final class SiteFiles {
    package let folder: TemporaryFolder
    package let device: DeviceID
    package let entries: [String], exits: [String]

    package var boxFile: String { "\(folder.path)/box.json5" }
    package var platformFile: String { "\(folder.path)/platform.json5" }
    package var ledger: String { "\(folder.path)/platform.db" }
    package var stateFolder: String { "\(folder.path)/state" }
    package var journal: String { BoxIdentity.journalPath(in: stateFolder) }
    package var socket: String { "\(stateFolder)/gpio.sock" }

    /// The plate whose contract pays for everything.
    package static let plate = "粤B12345"

    /// - Parameters:
    ///   - broker: the port of the broker.
    ///   - entries: how many entry lanes; `exits`: how many exit lanes.
    ///   - hasBarriers: false for a board of one relay called `relay`, and nothing else.
    package init(broker: Int, entries: Int = 1, exits: Int = 1, hasBarriers: Bool = true) throws {
        folder = try TemporaryFolder("turnpike-bench")
        device = try DeviceID("garage-1")
        self.entries = (1...entries).map { "entry-\($0)" }
        self.exits = (1...exits).map { "exit-\($0)" }
        try folder.write(scenario, to: "scenario.json5")
        try folder.write(hasBarriers ? hardware : SiteFiles.oneRelay, to: "hardware.json5")
        try folder.write(
            """
            { kind: "box", device: "\(device)", stateFolder: "state", scenario: "scenario.json5",
              hardware: "hardware.json5", http: { port: 0 },
              mqtt: { port: \(broker), keepAliveSeconds: 60, longestReconnectSeconds: 1 } }
            """, to: "box.json5")
        let key = try BoxIdentity.key(in: stateFolder)
        try folder.write(
            """
            { kind: "platform", database: "\(ledger)", mqtt: { port: \(broker) }, merchant: "city-parking",
              devices: [ { id: "\(device)", publicKey: "\(key.publicKey)" } ],
              contracts: [ { plate: "\(SiteFiles.plate)", account: "customer", openingBalance: 1000000000,
                offlineLimit: 5000, status: "active" } ],
              tariffs: [ \(SiteFiles.tariff) ] }
            """, to: "platform.json5")
    }

    private static let tariff = """
        { id: "city-centre-2026-1", freeMinutes: 15, firstPeriod: { minutes: 60, price: 500 },
          unitPeriod: { minutes: 30, price: 200 }, capPer24Hours: 4000 }
        """

    /// Removes what the last round left: the journal and the ledger. The key stays.
    package func forgetRound() {
        for file in [journal, ledger] { for suffix in ["", "-wal", "-shm", "-lock"] { unlink(file + suffix) } }
    }

    /// The lanes of a city car park; cars without a contract leave on debt while the platform cannot be asked.
    private var scenario: String {
        let lanes = (entries.map { ($0, "entry") } + exits.map { ($0, "exit") }).map { name, direction in
            "{ id: \"\(name)\", direction: \"\(direction)\" }"
        }
        return """
            { kind: "parking-scenario", id: "bench",
              tariffs: [ \(SiteFiles.tariff) ],
              lanes: [ \(lanes.joined(separator: ", ")) ],
              laneTimes: { sameCarForSeconds: 20, forgetHeldAfterSeconds: 180, carBehindForSeconds: 15 },
              entry: { minimumConfidence: 60, alreadyInside: "beginAnew" },
              exit: { noEntryRecord: "hold" },
              payment: { methods: ["contract"], answerWithinMilliseconds: 3000, askAgainAfterMilliseconds: 5000,
                onDeclined: "letOutOnDebt", onUnknown: "hold", onTimedOut: "chargeOffline" },
              offline: { instruments: { plate: { perPayment: 5000, perAccount: 10000, perAccountCount: 3,
                longestListAgeHours: 48 } }, perBox: 500000,
                perBoxCount: 500, longestWithoutContactHours: 24, whenRefused: "letOutOnDebt" } }
            """
    }

    /// Barriers with the shortest times that the settings allow.
    private var hardware: String {
        let lanes = entries + exits
        var line = 0
        func next() -> Int {
            line += 1
            return line
        }
        let outputs = lanes.flatMap { lane in
            ["raise", "lower"].map {
                "{ name: \"\(lane).\($0)\", chip: \"twin\", line: \(next()), maximumPulseMilliseconds: 1000 }"
            }
        }
        let inputs = lanes.flatMap { lane in
            ["safetyLoop", "openLimit", "closedLimit"].map {
                "{ name: \"\(lane).\($0)\", chip: \"twin\", line: \(next()), debounceMilliseconds: 0 }"
            }
        }
        let interlocks = lanes.map { "{ neverTogether: [\"\($0).raise\", \"\($0).lower\"] }" }
        let barriers = lanes.map { lane in
            """
            { lane: "\(lane)", raisePulseMilliseconds: 50, lowerPulseMilliseconds: 50, travelLimitMilliseconds: 3000,
              noShowLimitMilliseconds: 30000, clearDelayMilliseconds: 100, reverseDeadTimeMilliseconds: 20 }
            """
        }
        let cameras = lanes.map { "{ id: \"\($0)\", lane: \"\($0)\", kind: \"vzenith\" }" }
        return """
            { kind: "hardware", driver: { kind: "twin" },
              outputs: [ \(outputs.joined(separator: ", ")) ], inputs: [ \(inputs.joined(separator: ", ")) ],
              interlocks: [ \(interlocks.joined(separator: ", ")) ], barriers: [ \(barriers.joined(separator: ", ")) ],
              cameras: [ \(cameras.joined(separator: ", ")) ] }
            """
    }

    private static let oneRelay = """
        { kind: "hardware", driver: { kind: "twin" }, inputs: [], interlocks: [],
          outputs: [ { name: "relay", chip: "twin", line: 0, maximumPulseMilliseconds: 2000 } ] }
        """
}
