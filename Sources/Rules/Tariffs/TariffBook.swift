public import Vocabulary

/// All versions of a car park's tariff, and which of them binds a stay.
public struct TariffBook: Hashable, Sendable {
    /// By which moment of a stay its version is chosen.
    public enum Binding: String, CaseIterable, Sendable { case entry, exit }

    /// In the order in which they come into force; the first holds since ever.
    public let versions: [Tariff]
    public let boundAt: Binding

    /// - Parameter versions: at least one; exactly one holds since ever, and no two begin at the same time or have the
    ///   same name. A book of one version holds at any time, whatever it says.
    public init(_ versions: [Tariff], boundAt: Binding = .entry) {
        precondition(!versions.isEmpty, "a book has a version")
        self.versions = versions.sorted { ($0.validFrom?.milliseconds ?? .min) < ($1.validFrom?.milliseconds ?? .min) }
        self.boundAt = boundAt
    }

    /// The simple case: one version.
    public init(_ tariff: Tariff) { self.init([tariff]) }

    /// The version that is in force at a time.
    public func version(at time: WallTime) -> Tariff {
        versions.last { $0.validFrom.map { $0 <= time } ?? true } ?? versions[0]
    }

    /// The midnight with which the day began that this moment lies in, where the car park is.
    public func midnight(before now: WallTime) -> WallTime {
        let zone = version(at: now).zone
        let date = zone.date(at: now)
        return WallTime(milliseconds: zone.instant(date, second: 0) * 1_000)
    }

    public func version(named id: Slug) -> Tariff? { versions.first { $0.id == id } }

    /// The version by which a stay is priced.
    ///
    /// - Parameter began: the name of the version under which it began, if that is known. One that the book does not
    ///   have any more is replaced by the one that the calendar says.
    public func version(began: Slug?, entered: WallTime, at now: WallTime) -> Tariff {
        switch boundAt {
        case .entry: began.flatMap(version(named:)) ?? version(at: entered)
        case .exit: version(at: now)
        }
    }
}
