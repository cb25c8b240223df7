import Host
import ParkingDay
import Vocabulary

extension ParkingDemo {
    /// Plays a scripted day on a broker, a platform and the day's boxes as processes of their own.
    /// - Parameter until: a time of the day at which it ends, such as `06:00`; nil: all of it.
    /// - Returns: whether boxes, platform and expectations agree.
    /// - Throws: what could not be played, in words.
    public static func runDay(
        programs: String, day file: String, until: String?, scenario: String, hardware: String
    ) throws -> Bool {
        var day = try DayFile(try TextFile.read(file), file: file)
        if let until { day = try day.before(until) }
        let began = BootClock.now()
        let rig = try DayRig(programs: programs, day: day, scenario: scenario, hardware: hardware)
        print(
            "A day at a car park of \(day.boxes.count) boxes: \(day.cars.count) cars, \(day.events.count) mishaps, "
                + "\(day.scenes.count) scenes.")
        let stage = try RehearsedDay(rig)
        try stage.setClock(minute: 0)
        try rig.start()
        try stage.start()
        let account = try DayRunner.run(day, on: stage) { print("  \($0)") }
        rig.end()
        print(account)
        print("played in \((BootClock.now() - began).milliseconds / 1_000) s")
        return account.differences == 0
    }
}
