import DemoParts
import StandIns

/// A school's lunch, shown on real parts: a broker, a platform and a box as processes of their own, a face terminal
/// that speaks the real topics, and a turnstile in memory whose people this program plays.
public enum CanteenDemo {
    /// - Parameter programs: the folder of `canteend` and `platformd`.
    /// - Returns: whether box and platform agree to the fen.
    /// - Throws: what went wrong, in words; everything started is ended and removed all the same.
    public static func run(programs: String, scenario: String, hardware: String) throws -> Bool {
        let rig = try CanteenRig(programs: programs, scenario: scenario, hardware: hardware)
        let story = Story()
        print("A lunch at a school. Broker on port \(rig.broker.port), files in \(rig.files.path).")
        do {
            try Lunch(rig: rig, story: story).run()
            let books = try rig.settle()
            story.finish()
            print("\n\(books.text)")
            return books.differences == 0
        } catch {
            story.finish()
            throw DemoError("\(error)\n\nlog of canteend:\n\(rig.box.log)")
        }
    }
}
