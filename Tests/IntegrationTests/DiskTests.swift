import JSONText
import Journal
import ParkingDemo
import SQLite
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What a box does on a disk that fills, and with a journal that was damaged.
@Suite("Disks", .serialized)
struct DiskTests {
    @Test("a disk that fills: warned, nothing promised offline, the platform asked as ever; room again, nothing lost")
    func fills() throws {
        let disk = try SmallDisk(megabytes: 24)
        let rig = try Rig.stopped(
            contracts: ["粤B10001", "粤B10002", "粤B10003"], stateFolder: "\(disk.path)/state",
            boxMembers: "disk: { warnBelowMegabytes: 10, refuseBelowMegabytes: 6 },")
        try rig.startPlatform()
        try rig.startBox()
        try rig.waitForContracts()
        #expect(try rig.status()["disk"]?.string == "ok")

        // Two thirds of it are somebody else's; the next commit notices.
        try disk.fill(leaving: 8 << 20)
        try rig.pass("京N00001", at: "entry-1")
        try rig.wait("the box warns") { try rig.status()["disk"]?.string == "low" }

        try disk.fill(leaving: 4 << 20)
        try rig.pass("粤B10001", at: "exit-1")
        try rig.wait("the box says that it is critical") { try rig.status()["disk"]?.string == "critical" }
        // Online goes on.
        try rig.pass("粤B10002", at: "exit-1")

        // Offline does not: this car park lets such a car out on a debt, which is on disk before the boom moves.
        try rig.cutNetwork()
        try rig.pass("粤B10003", at: "exit-1")
        #expect(try rig.chargedByTheBox().count == 2)
        #expect(
            try rig.records().contains {
                if case .decision(_, _, _, _, .letOutOnDebt, "diskNearlyFull") = $0 { true } else { false }
            })
        rig.mendNetwork()

        disk.empty()
        try rig.pass("京N00002", at: "entry-1")
        try rig.wait("the box has room") { try rig.status()["disk"]?.string == "ok" }
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").count == 2)
        #expect(try rig.report().payments("debt").count == 1)
        let alarms = try rig.records().compactMap { event -> String? in
            guard case .boxAlarm(let code, let isActive) = event else { return nil }
            return "\(isActive ? "+" : "-")\(code)"
        }
        #expect(alarms == ["+diskLow", "+diskCritical", "-diskLow", "-diskCritical"])
    }

    @Test("a charge that was promised offline in a journal that was damaged since is made once")
    func damaged() throws {
        let rig = try Rig.running(contracts: ["粤B10001", "粤B10002"])
        try rig.waitUntilDelivered()
        try rig.cutNetwork()
        try rig.pass("粤B10001", at: "exit-1")
        rig.box?.kill()
        try spoilLastRecord(of: rig)
        try rig.startBox()
        #expect(rig.box?.lines.contains { $0.contains("kept as journal.damaged-1") } == true)
        #expect(try rig.status()["damagedJournals"]?.array?.first?.string == "journal.damaged-1")
        // Who is inside was taken over, and the list of contracts.
        try rig.pass("粤B10002", at: "exit-1")
        rig.mendNetwork()
        try rig.waitUntilDelivered()
        guard case .journalReplaced(_, _, let why, file: "journal.damaged-1") = try rig.records().first else {
            Issue.record("\(try rig.records().first.map { "\($0)" } ?? "no records")")
            return
        }
        #expect(why.contains("left behind: 1"), "\(why)")
        rig.box?.terminate()
        rig.platform?.terminate()
        let report = try rig.report()
        #expect(report.payments("approved").count == 2)
        #expect(report.payments("approved").sum == Fen(2_200))
        #expect(report.sumOfBooks == .zero)
        #expect(report.faults.isEmpty)
        #expect(try JournalReader(path: rig.files.journal).verify().firstBreak == nil)
    }

    private func spoilLastRecord(of rig: Rig) throws {
        var options = DatabaseOptions()
        options.access = .readWrite
        try Database(path: rig.files.journal, options: options).execute(
            "UPDATE records SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM records)")
    }
}
