import Glibc
import Host
import JSONText
import Journal
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// Where the programs and files under test are.
enum Place {
    /// The programs are built beside the test bundle.
    static let programs: String = {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return TextFile.folder(of: String(cString: path))
    }()

    /// The project's folder, found from this file.
    static let project = TextFile.folder(of: TextFile.folder(of: TextFile.folder(of: #filePath)))
    static let scenario = "\(project)/Scenarios/city-car-park.json5"
    static let hardware = "\(project)/Hardware/two-lane-twin.json5"
}

extension Rig {
    /// A rig whose daemons run, with cars inside that stayed two hours (11.00 yuan), and contracts of 500.00 yuan each.
    static func running(
        contracts: [String] = [], offlineLimit: Int64 = 5_000, others: [String] = []
    ) throws -> Rig {
        let rig = try Rig.stopped(contracts: contracts, offlineLimit: offlineLimit, others: others)
        try rig.startPlatform()
        try rig.startBox()
        if !contracts.isEmpty { try rig.waitForContracts() }
        return rig
    }

    /// The same, with no daemon running yet.
    static func stopped(
        contracts: [String] = [], offlineLimit: Int64 = 5_000, others: [String] = [], stateFolder: String = "state",
        boxMembers: String = ""
    ) throws -> Rig {
        try Rig(
            programs: Place.programs, scenario: Place.scenario, hardware: Place.hardware,
            inside: (contracts + others).map { RigFiles.Inside(plate: $0, minutes: 125) },
            contracts: contracts.enumerated().map { index, plate in
                RigFiles.Contract(plate: plate, account: "payer-\(index)", balance: 50_000, offlineLimit: offlineLimit)
            }, stateFolder: stateFolder, boxMembers: boxMembers)
    }

    /// Everything in the box's journal, read beside the box.
    func records() throws -> [Record.Event] {
        let reader = try JournalReader(path: files.journal)
        var events: [Record.Event] = []
        var next: Int64 = 1
        while true {
            let page = try reader.records(from: next)
            for line in page.lines { events.append(try Record.parse(line: line).record.event) }
            guard !page.lines.isEmpty else { return events }
            next = page.last + 1
        }
    }

    /// Ends the daemons in order, and checks what must hold whatever happened: books that sum to zero and agree with
    /// their transfers, an unbroken chain, every record delivered once, and the same charges on both sides.
    func finishAndCheck(location: SourceLocation = #_sourceLocation) throws {
        try waitUntilDelivered()
        box?.terminate()
        platform?.terminate()
        let report = try report()
        #expect(report.sumOfBooks == .zero, sourceLocation: location)
        #expect(report.faults.isEmpty, sourceLocation: location)
        #expect(report.incidents.isEmpty, "\(report.incidents)", sourceLocation: location)
        let verification = try JournalReader(path: files.journal).verify()
        #expect(verification.firstBreak == nil, sourceLocation: location)
        #expect(report.streams.map(\.through) == [verification.last], sourceLocation: location)
        #expect(report.streams.map(\.rows) == [verification.last], sourceLocation: location)
        let charged = try chargedByTheBox()
        #expect(report.payments("approved").count == Int64(charged.count), sourceLocation: location)
        #expect(
            report.payments("approved").sum.count == charged.values.reduce(0) { $0 + $1.quote.total.count },
            sourceLocation: location)
    }

    /// What the box says was charged, online or offline, by payment id.
    func chargedByTheBox() throws -> [PaymentID: Charge] {
        var charged: [PaymentID: Charge] = [:]
        for case .payment(let state, let charge, _) in try records()
        where [.approved, .acceptedOffline, .cashTaken].contains(state) {
            charged[charge.payment] = charge
        }
        return charged
    }
}

extension Place {
    static func read(_ path: String) throws -> String { String(decoding: try TextFile.read(path), as: UTF8.self) }
}
