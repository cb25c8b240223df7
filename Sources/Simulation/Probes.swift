internal import Vocabulary

/// When everything is mended, one more car comes to each car park: it gets in, stays, pays and gets out again.
///
/// A car park that is safe because it lets nobody through any more would pass every other check.
final class Probes {
    private let world: World
    private var cars: [Car] = []
    private var hasBeenInside: Set<Int> = []

    init(_ world: World) { self.world = world }

    /// A plate that no other car has; its owner has a contract.
    static func plate(_ site: Int) -> Plate {
        guard let plate = try? Plate("粤B\(99_000 + site)") else { preconditionFailure("that is a plate") }
        return plate
    }

    func plan() {
        for box in world.boxes where !box.isTill {
            let car = Car(plate: Probes.plate(box.index))
            cars.append(car)
            world.after(VirtualTime.minutes(20)) { box.lanes.first { $0.isEntry }?.arrive(car) }
            world.after(VirtualTime.minutes(60)) {
                guard car.place == .inside else { return }
                self.hasBeenInside.insert(box.index)
                box.lanes.first { !$0.isEntry }?.arrive(car)
            }
        }
    }

    func check() {
        for (box, car) in zip(world.boxes.filter { !$0.isTill }, cars) {
            if !hasBeenInside.contains(box.index) {
                world.fail("\(box.device) lets no car in any more, although everything is mended")
            } else if car.place != .outside {
                world.fail("\(box.device) lets no car out any more, although everything is mended")
            }
        }
    }
}
