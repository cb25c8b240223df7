import Effects
import Vocabulary
import Wire

@testable import Parking

/// One car park of two boxes, each with an entry and exits, and the platform between them.
struct TwoBoxes {
    private(set) var a: SiteDriver
    private(set) var b: SiteDriver
    /// How often each announcement arrives; nothing says that it does.
    var arrivals: (inout TwoBoxes) -> Int = { _ in 1 }
    /// Announcements on their way, with the box they are for.
    private var underWay: [(toB: Bool, Announcement)] = []

    enum Box { case a, b }

    init(_ scenario: ParkingScenario = TwoBoxes.scenario, contracts: [Plate: Fen] = [:], seed: UInt64 = 1) {
        a = SiteDriver(scenario, contracts: contracts, seed: seed, device: "box-a", carPark: ModelCarPark())
        b = SiteDriver(scenario, contracts: contracts, seed: seed + 1_000, device: "box-b", carPark: ModelCarPark())
    }

    static var scenario: ParkingScenario {
        var scenario = SiteFixtures.scenario
        scenario.askForStayWithin = .milliseconds(800)
        return scenario
    }

    var platform: ModelPlatform { a.platform }

    mutating func with(_ box: Box, _ act: (inout SiteDriver) -> Void) {
        switch box {
        case .a:
            act(&a)
            b.platform = a.platform
        case .b:
            act(&b)
            a.platform = b.platform
        }
    }

    func driver(_ box: Box) -> SiteDriver { box == .a ? a : b }

    /// Both clocks go on, what each box has written reaches the platform, and its words the other box.
    mutating func run(seconds: Int64, delivers: Bool = true) {
        for _ in 0..<seconds * 4 {
            for box in [Box.a, .b] { with(box) { $0.run(milliseconds: 250) } }
            if delivers { deliver() }
        }
    }

    mutating func deliver() {
        for box in [Box.a, .b] where driver(box).isConnected { with(box) { $0.drain() } }
        let toB = a.news.map { (true, $0) }, toA = b.news.map { (false, $0) }
        a.news = []
        b.news = []
        for news in toB + toA { for _ in 0..<arrivals(&self) { underWay.append(news) } }
        while !underWay.isEmpty {
            let (toB, word) = underWay.removeFirst()
            guard driver(toB ? .b : .a).isConnected else { continue }
            with(toB ? .b : .a) { $0.tell(.announced(word)) }
        }
    }

    /// The driver of a car pays on the phone at this moment, up to now, and has a quarter of an hour to leave.
    mutating func prepay(_ stay: StayID, _ amount: Fen, tells: Bool = true) {
        let now = a.now.wall
        let from = platform.carPark?.note(stay)?.entry.entered ?? now
        let paid = Prepayment(
            stay: stay, payment: UUIDv7(at: now, random: (1, 2)), amount: amount, from: from, through: now, at: now,
            leaveBy: WallTime(milliseconds: now.milliseconds + 900_000))
        with(.a) { $0.platform.carPark?.prepaid[stay] = paid }
        guard tells else { return }
        for box in [Box.a, .b] where driver(box).isConnected { with(box) { $0.tell(.announced(.stayPrepaid(paid))) } }
    }
}
