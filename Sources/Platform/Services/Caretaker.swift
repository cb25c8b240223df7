internal import Host
internal import Vocabulary
internal import Wire

/// What the worker does between messages without being asked: debts by schedule, and word of a changed list.
struct Caretaker {
    /// How often the store is looked after when nothing happens; one look costs a few microseconds.
    static let pause = Uptime.Span.seconds(10)

    private var crier: ListCrier
    private var lookAt = Uptime(nanoseconds: 0)
    /// The version that the boxes know of; nil before the first look: the daemon tells them all when its link is up.
    private var told: Int64?

    init(_ devices: [DeviceID]) { crier = ListCrier(devices) }

    /// When to call ``run(_:at:_:_:)`` again at the latest.
    var nextTime: Uptime { min(lookAt, crier.nextTime ?? lookAt) }

    mutating func run(
        _ store: PlatformStore, at now: Uptime, _ send: (Outgoing) -> Void, _ report: (PlatformNotice) -> Void
    ) {
        if store.takeDenialChange() {
            crier.changed()
            told = try? store.denialVersion()
        }
        if now >= lookAt { look(after: store, at: now, report) }
        for device in crier.take(at: now) {
            send(Outgoing(device: device, content: .announcement(.listChanged(.denials))))
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
        } catch {
            lookAt = now + Caretaker.pause
            report(.tendingFailed(error))
        }
    }
}
