extension DayFile {
    /// What of the day is over before a time: cars that have left, scenes of which every part has been played, and
    /// networks that are whole again.
    ///
    /// - Parameter clock: a time of the day, `06:00`.
    /// - Throws: what is wrong with the time, in words.
    public func before(_ clock: String) throws(DayFault) -> DayFile {
        let end = try DayFile.minute(clock)
        var part = self
        part.cars.removeAll { $0.leaves >= end }
        let later = Set(scenes.lazy.filter { $0.minute >= end }.map(\.name))
        part.scenes.removeAll { later.contains($0.name) }
        part.events.removeAll { $0.minute >= end }
        for box in boxes {
            let links = part.events.filter { $0.lane.box == box && [.cutNetwork, .mendNetwork].contains($0.oddity) }
            guard let last = links.max(by: { $0.minute < $1.minute }), last.oddity == .cutNetwork else { continue }
            part.events.removeAll { $0 == last }
        }
        return part
    }
}
