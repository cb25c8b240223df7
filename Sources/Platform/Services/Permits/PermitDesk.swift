internal import SQLite
public import Vocabulary
internal import Wire

/// What a person changes of permits, each change with who and why. Durable when a call returns; boxes hear of it within
/// ten seconds.
extension PlatformStore {
    public func permits() throws(PlatformError) -> [PermitRow] { try cars.phone.permits.rows() }

    /// - Returns: the permit's number; nil if the holder has eight already.
    public func grantPermit(
        _ setting: PermitSetting, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Int64? {
        try settling(at: now) { () throws(PlatformError) in
            try cars.phone.permits.grant(setting, by: who, why: why, at: now)
        }
    }

    /// - Returns: false if there is no permit of this number, or it stands in the file: there it is taken out.
    public func revokePermit(
        _ number: Int64, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        try settling(at: now) { () throws(PlatformError) in
            try cars.phone.permits.revoke(number, by: who, why: why, at: now)
        }
    }

    /// Gives a permit another end, earlier or later.
    /// - Returns: false if there is no permit of this number.
    public func renewPermit(
        _ number: Int64, until: WallTime, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        try settling(at: now) { () throws(PlatformError) in
            try cars.phone.permits.extend(number, until: until, by: who, why: why, at: now)
        }
    }

    /// Whether a car park of this name is configured.
    public func hasSite(_ site: Slug) -> Bool { cars.sites[site] != nil }
}

extension WallTime {
    /// Reads a time as people write it into the configuration: `2026-03-01T00:00:00+08:00`.
    /// - Returns: nil for any other form.
    public init?(written text: String) {
        guard let time = try? CouponTime.read(text) else { return nil }
        self = time
    }
}

extension PermitRow {
    /// One line for a terminal.
    /// - Parameter isFull: with the plate in full; otherwise masked.
    public func line(isFull: Bool) -> String {
        let holder = isFull ? holder.text : "\(self.holder)"
        return "\(number)  \(holder)  \(site?.text ?? "every site")  \(PermitRegister.words(of: grant))  "
            + "(\(by), \(at.utcText): \(why))"
    }
}
