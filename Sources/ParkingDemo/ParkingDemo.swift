import DemoParts
import StandIns

/// The main job, shown on real parts: a broker, a platform and a box as processes of their own, real camera pushes over
/// HTTP, and a board in memory whose cars and booms this program plays.
public enum ParkingDemo {
    /// - Parameters:
    ///   - programs: the folder of `parkingd` and `platformd`.
    /// - Returns: whether box and platform agree to the fen.
    /// - Throws: what went wrong, in words; everything started is ended and removed all the same.
    public static func run(programs: String, scenario: String, hardware: String) throws -> Bool {
        let rig = try Rig(
            programs: programs, scenario: scenario, hardware: hardware, inside: DemoCars.inside,
            contracts: DemoCars.contracts)
        print("A morning at a car park. Broker on port \(rig.broker.port), files in \(rig.files.folder.path).")
        try rig.startPlatform()
        try rig.startBox()
        let narrator = Narrator()
        try narrator.follow(rig.files.journal, from: Int64(DemoCars.inside.count) + 1)
        print("\(DemoCars.inside.count) cars are inside since the night.")
        try rig.waitForContracts()
        let longestQueue: Int64
        do {
            longestQueue = try Morning(narrator: narrator, rig: rig).run()
            try rig.waitUntilDelivered()
        } catch {
            _ = narrator.finish()
            throw DemoError("\(error)\n\nlog of parkingd:\n\(rig.boxLog)")
        }
        rig.box?.terminate()
        rig.platform?.terminate()
        let table = DemoTable(
            tally: narrator.finish(), inside: Int64(DemoCars.inside.count), longestQueue: longestQueue,
            report: try rig.report())
        print("\n\(table.text)")
        return table.differences == 0
    }
}
