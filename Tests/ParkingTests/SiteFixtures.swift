import Effects
import Payments
import Tariffs
import Vocabulary
import Wire

@testable import Parking

/// A car park as the site tests know it: two entries, two exits, the tariff of the golden table.
enum SiteFixtures {
    static let entry = lane("entry-1"), otherEntry = lane("entry-2"), exit = lane("exit-1"), otherExit = lane("exit-2")

    static func lane(_ text: String) -> LaneID {
        guard let lane = try? LaneID(text) else { preconditionFailure("\(text) is a name") }
        return lane
    }

    static func plate(_ text: String) -> Plate {
        guard let plate = try? Plate(text) else { preconditionFailure("\(text) is a plate") }
        return plate
    }

    /// 15 minutes free; the first hour 5.00; each half hour more 2.00; at most 40.00 in 24 hours.
    static let tariff = tariff(grace: .seconds(900))

    static func tariff(grace: Uptime.Span) -> Tariff {
        Tariff(
            id: lane("city-1"), freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(500), unitMinutes: 30,
            unitPrice: Fen(200), capPer24Hours: Fen(4_000), graceAfterPayment: grace)
    }

    static let offline = OfflinePolicy(
        limits: [
            .plate: OfflinePolicy.Limits(
                perPayment: Fen(5_000), perAccount: Fen(10_000), perAccountCount: 3, longestListAge: .seconds(86_400),
                velocityCount: 1_000, velocityWindow: .seconds(86_400))
        ], perBox: Fen(500_000), perBoxCount: 500, longestWithoutContact: .seconds(86_400))

    /// Every doubtful case holds the car; a test changes what it is about.
    static let scenario = ParkingScenario(
        id: lane("test"), tariffs: TariffBook(tariff),
        lanes: [
            .init(id: entry, direction: .entry), .init(id: otherEntry, direction: .entry),
            .init(id: exit, direction: .exit), .init(id: otherExit, direction: .exit),
        ],
        laneSettings: LaneSettings(
            sameCarFor: .seconds(20), forgetHeldAfter: .seconds(180), carBehindFor: .seconds(15)),
        minimumConfidence: 60, alreadyInside: .beginAnew, noEntryRecord: .hold,
        timings: PaymentTimings(answerWithin: .seconds(3), askAgainAfter: .seconds(5)), onDeclined: .hold,
        onUnknown: .hold, onTimedOut: .hold, offlineRefused: .hold, offline: offline)

    static func barriers(
        of scenario: ParkingScenario = scenario, hasApproachLoops: Bool = false
    ) -> [LaneID: BarrierSettings] {
        guard
            let settings = try? BarrierSettings(
                hasOpenLimit: false, hasClosedLimit: false, hasPhotocell: false, hasApproachLoop: hasApproachLoops)
        else {
            preconditionFailure("the defaults are valid")
        }
        return Dictionary(uniqueKeysWithValues: scenario.lanes.map { ($0.id, settings) })
    }
}
