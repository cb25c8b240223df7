import Effects
import Parking
import Vocabulary
import Wire

/// Permits around the moment at which a car park of the tests opens.
enum PermitFixtures {
    static let minute: Int64 = 60_000, day: Int64 = 86_400_000
    /// When the tests begin, plus the minute for which they run in.
    static let begin: Int64 = 1_750_000_000_000

    static func time(minutes: Int64) -> WallTime { WallTime(milliseconds: begin + minutes * minute) }

    /// - Parameters: from and until when, in minutes from the beginning.
    static func grant(
        _ kind: Permit.Grant.Kind, from: Int64? = nil, until: Int64? = nil, graceDays: Int64 = 0, zone: Slug? = nil
    ) -> Permit.Grant {
        Permit.Grant(
            kind: kind, validFrom: from.map { time(minutes: $0) }, validUntil: until.map { time(minutes: $0) },
            graceMinutes: graceDays * 1_440, zone: zone)
    }
}

extension SiteDriver {
    /// The platform has these permits, and says so.
    mutating func permit(_ permits: [Plate: [Permit.Grant]]) {
        platform.permits = permits.map { Permit(holder: Holder(plate: $0), grants: $1) }
            .sorted { $0.holder < $1.holder }
        platform.permitVersion += 1
        tell(.announced(.listChanged(.permits)))
        run(seconds: 1)
    }

    /// Why the last car at a lane was decided about as it was.
    func reason(_ lane: LaneID) -> String? {
        for record in journal.reversed() {
            if case .decision(_, lane, _, _, _, let reason) = record { return reason }
        }
        return nil
    }

    /// What came of the last thing that was asked for at a lane.
    func answer(_ lane: LaneID) -> DeskAnswer? { site.view(of: lane)?.answer }

    func acts(_ kind: DeskAct.Kind) -> [DeskAct] {
        journal.compactMap { if case .deskAct(let act) = $0, act.kind == kind { act } else { nil } }
    }

    func alarms(_ code: String) -> Int {
        count { if case .alarm(_, code, true) = $0 { true } else { false } }
    }
}
