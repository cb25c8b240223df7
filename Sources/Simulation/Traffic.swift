internal import Services
internal import Vocabulary

/// The cars that come: who they are, and when.
final class Traffic {
    /// Cars that each car park knows.
    private static let carsPerSite = 80

    private let world: World
    private var dice: Dice
    private var cars: [[Car]] = []

    init(_ world: World) {
        self.world = world
        dice = Dice(seed: world.setup.seed, 7)
        cars = (0..<world.setup.sites).map { site in
            (0..<Traffic.carsPerSite).map { Car(plate: Traffic.plate(site, $0)) }
        }
    }

    /// Plates that cameras take for each other are among them.
    private static func plate(_ site: Int, _ number: Int) -> Plate {
        let digits = String(10_000 + site * 1_000 + number * 7)
        guard let plate = try? Plate("粤B\(digits)") else { preconditionFailure("a letter and five digits are a plate") }
        return plate
    }

    /// Most owners have a contract and money; a few have little of it, are suspended or are nobody's customers.
    static func contracts(_ setup: SimulationSetup) throws -> [PlatformConfiguration.SignedContract] {
        var dice = Dice(seed: setup.seed, 8)
        var contracts: [PlatformConfiguration.SignedContract] = []
        for site in 0..<setup.sites {
            contracts.append(
                PlatformConfiguration.SignedContract(
                    holder: Holder(plate: Probes.plate(site)), account: try Slug("probe-\(site)"),
                    openingBalance: Fen(100_000), offlineLimit: Fen(10_000)))
            for number in 0..<carsPerSite {
                let kind = dice.below(100)
                guard kind < 90 else { continue }
                contracts.append(
                    PlatformConfiguration.SignedContract(
                        holder: Holder(plate: plate(site, number)), account: try Slug("owner-\(site)-\(number)"),
                        openingBalance: Fen(kind < 8 ? 900 : PlatformConfiguration.mostMoney),
                        offlineLimit: Fen(dice.pick([0, 2_000, 5_000, 10_000])),
                        status: kind >= 87 ? .suspended : .active))
            }
        }
        return contracts
    }

    func plan() {
        for box in world.boxes where !box.isTill { again(box) }
    }

    private func again(_ box: SimulatedBox) {
        let mean = 86_400_000_000 / world.setup.carsPerDay
        world.after(dice.between(1, 2 * mean)) {
            guard !self.world.isQuiet else { return }
            let outside = self.cars[box.index].filter { $0.place == .outside }
            let entries = box.lanes.filter(\.isEntry)
            if !outside.isEmpty, !entries.isEmpty {
                self.dice.pick(entries).arrive(self.dice.pick(outside))
            }
            self.again(box)
        }
    }
}
