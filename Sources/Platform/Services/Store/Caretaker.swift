internal import Host
internal import Vocabulary
internal import Wire

/// What the worker does between messages without being asked: debts by schedule, and word of a changed list.
struct Caretaker {
    /// How often the store is looked after when nothing happens; one look costs a few microseconds.
    static let pause = Uptime.Span.seconds(10)

    private var crier: ListCrier
    /// One for each site's list of permits, and the version that its boxes know of.
    private var permits: [Slug: (crier: ListCrier, told: Int64?)] = [:]
    /// One for each list of persons.
    private var people: [Slug: (crier: ListCrier, told: Int64?)] = [:]
    private var lookAt = Uptime(nanoseconds: 0)
    /// The version that the boxes know of; nil before the first look: the daemon tells them all when its link is up.
    private var told: Int64?

    init(_ devices: [DeviceID], _ store: PlatformStore) {
        crier = ListCrier(devices)
        for site in store.cars.sites.all { permits[site.id] = (ListCrier(site.devices), nil) }
        for list in store.peopleLists {
            people[list] = (ListCrier(store.canteens(of: list).flatMap(\.devices)), nil)
        }
    }

    /// When to call ``run(_:at:_:_:)`` again at the latest.
    var nextTime: Uptime {
        let lists = Array(permits.values) + Array(people.values)
        let next = lists.compactMap(\.crier.nextTime).min() ?? lookAt
        return min(lookAt, crier.nextTime ?? lookAt, next)
    }

    mutating func run(
        _ store: PlatformStore, at now: Uptime, _ send: (Outgoing) -> Void, _ report: (PlatformNotice) -> Void
    ) {
        if now >= lookAt { look(after: store, at: now, report) }
        // After the look, which may have changed the list: a debt that is paid ends a denial.
        if store.takeDenialChange() {
            crier.changed()
            told = try? store.denialVersion()
        }
        for device in crier.take(at: now) {
            send(Outgoing(device: device, content: .announcement(.listChanged(.denials))))
        }
        for site in permits.keys {
            for device in permits[site]?.crier.take(at: now) ?? [] {
                send(Outgoing(device: device, content: .announcement(.listChanged(.permits))))
            }
        }
        for list in people.keys {
            for device in people[list]?.crier.take(at: now) ?? [] {
                send(Outgoing(device: device, content: .announcement(.listChanged(.people))))
            }
        }
    }

    private mutating func look(after store: PlatformStore, at now: Uptime, _ report: (PlatformNotice) -> Void) {
        // A full turn is followed by the next one as soon as nobody waits.
        lookAt = now
        do throws(PlatformError) {
            if try !store.tend(at: WallClock.now()) { lookAt = now + Caretaker.pause }
            store.tidy()
            // Another worker on the same file, or a person's command, may have changed the list.
            let version = try store.denialVersion()
            if let told, told != version { crier.changed() }
            told = version
            for (site, version) in try store.permitVersions() {
                if let told = permits[site]?.told, told != version { permits[site]?.crier.changed() }
                permits[site]?.told = version
            }
            for (list, version) in try store.people.versions() {
                if let told = people[list]?.told, told != version { people[list]?.crier.changed() }
                people[list]?.told = version
            }
        } catch {
            lookAt = now + Caretaker.pause
            report(.tendingFailed(error))
        }
    }
}
