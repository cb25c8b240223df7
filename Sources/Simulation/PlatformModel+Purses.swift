internal import Services
internal import Vocabulary
internal import Wire

/// What a platform with canteens does beside: it calls leases back, decides who waits, and tells of lists of persons.
extension PlatformModel {
    /// Tells boxes what the last transactions have decided about purses and learnt of meals, and plans the end of what
    /// waits.
    func tellOfPurses() {
        for store in stores {
            for (device, announcement) in store.takePurseNews() + store.takeAnnouncements() {
                tell(device, announcement)
            }
        }
        guard let store = stores.first else { return }
        do {
            guard let until = try store.nextWait() else { return }
            let due = (until.milliseconds - world.wallAtStart.milliseconds) * 1_000
            if let plannedWait, plannedWait <= due { return }
            plannedWait = due
            let run = run
            world.at(due) {
                guard self.run == run, self.isUp, self.plannedWait == due else { return }
                self.plannedWait = nil
                do { try store.decideWaits(at: self.world.wall) } catch {
                    self.world.fail("the platform cannot decide what waits: \(error)")
                }
                self.tellOfPurses()
            }
        } catch { world.fail("the platform cannot say what waits: \(error)") }
    }

    /// Every ten seconds, as the platform's own thread does.
    func lookAtPeople() {
        guard let store = stores.first, !store.peopleLists.isEmpty else { return }
        let run = run
        do {
            for (list, version) in try store.peopleVersions() {
                if let told = peopleTold[list], told != version {
                    for canteen in store.canteens(of: list) {
                        for device in canteen.devices { tell(device, .listChanged(.people)) }
                    }
                }
                peopleTold[list] = version
            }
        } catch { world.fail("the platform cannot look at its lists: \(error)") }
        world.after(VirtualTime.seconds(10)) { if self.run == run, self.isUp { self.lookAtPeople() } }
    }

    /// Somebody at the platform does something; while it is down, a little later.
    func administer(_ work: @escaping (PlatformStore) throws -> Void) {
        guard isUp, let store = stores.first else {
            return world.after(VirtualTime.seconds(5)) { self.administer(work) }
        }
        do { try work(store) } catch { world.fail("at the platform: \(error)") }
        tellOfLists(store)
        tellOfPurses()
    }
}
