public import FaceMatch
internal import Host
internal import Serial
internal import Synchronization
public import Vocabulary

/// What the modules' link tells.
public enum FaceModuleNews: Equatable, Sendable {
    /// Whose face stands at the lane now.
    case verdict(LaneID, FaceVerdict)
    /// The picture was too poor to compare.
    case poor(LaneID)
    /// The module is heard.
    case up(LaneID)
    /// Its line was lost, it says nothing any more, or it cannot be reached. Told once for each spell.
    case down(LaneID, String)
    /// It makes vectors of another model, which cannot be compared. Told once for each model.
    case otherModel(LaneID, Slug)
    /// It sent something else; at most one a second is told.
    case garbage(LaneID, FaceModuleError)
}

/// The face modules of a box: what they see is compared on a thread of its own, the newest face of each lane first; one
/// that waits is replaced by a newer one, because nobody stands there any more.
public final class FaceModuleLink: Sendable {
    /// How long a module may say nothing.
    static let silence = Uptime.Span.seconds(15)

    private struct Faces {
        var waiting: [LaneID: FaceReading] = [:]
        var isStopped = false
    }

    private let faces = Monitor(Faces())
    private let threads = Mutex<(ports: [SerialPort], sockets: [LoopbackSource], others: [HostThread])>(([], [], []))
    private let isStopped = Monitor(false)

    /// Opens everything; a module that is not there now is told as down, and tried again.
    ///
    /// - Parameters:
    ///   - gallery: whom to compare with, as it is now; must not block.
    ///   - tell: called on the link's threads, a lane's verdicts in order; must not block.
    /// - Throws: when there can be no thread.
    public init(
        _ modules: FaceModules, silence: Uptime.Span? = nil, gallery: @escaping @Sendable () -> FaceGallery,
        tell: @escaping @Sendable (FaceModuleNews) -> Void
    ) throws {
        let faces = self.faces
        do {
            let matcher = try HostThread(name: "faces") {
                while true {
                    let taken = faces.wait(until: nil) { faces -> Faces? in
                        guard !faces.waiting.isEmpty || faces.isStopped else { return nil }
                        defer { faces.waiting = [:] }
                        return faces
                    }
                    if taken?.isStopped != false { return }
                    for (lane, reading) in (taken?.waiting ?? [:]).sorted(by: { $0.key < $1.key }) {
                        tell(.verdict(lane, gallery().match(reading)))
                    }
                }
            }
            threads.withLock { $0.others.append(matcher) }
            let listeners = modules.modules.map { module in
                ModuleListener(module, model: modules.model, silence: silence ?? Self.silence, tell: tell) { reading in
                    faces.withLock { $0.waiting[module.lane] = reading }
                    faces.wakeAll()
                }
            }
            for (module, listener) in zip(modules.modules, listeners) {
                switch module.connection {
                case .serial(let settings):
                    let port = try SerialPort(settings) { event in
                        switch event {
                        case .opened: listener.opened()
                        case .failed(let fault): listener.lost(fault.description)
                        case .received(let bytes): listener.take(bytes)
                        }
                    }
                    threads.withLock { $0.ports.append(port) }
                case .port(let number):
                    let source = try LoopbackSource(port: number, listener: listener)
                    threads.withLock { $0.sockets.append(source) }
                }
            }
            let watch = try HostThread(name: "face watch") { [isStopped] in
                while true {
                    let next = listeners.map { $0.watch(at: BootClock.now()) }.min() ?? BootClock.now() + .seconds(5)
                    if isStopped.wait(until: next, { $0 ? true : nil }) != nil { return }
                }
            }
            threads.withLock { $0.others.append(watch) }
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    /// Ends the threads; nothing is told after it returns. Not to be called from `tell`.
    public func stop() {
        let taken = threads.withLock { threads in
            defer { threads = ([], [], []) }
            return threads
        }
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
        for port in taken.ports { port.stop() }
        for socket in taken.sockets { socket.stop() }
        faces.withLock { $0.isStopped = true }
        faces.wakeAll()
        for thread in taken.others { thread.join() }
    }
}

/// What is known of one module.
final class ModuleListener: Sendable {
    private struct State {
        var lines = FaceModuleLines()
        var isUp = false
        /// The fault that was told.
        var why: String?
        var lastHeard: Uptime
        var otherModels: Set<Slug> = []
        var garbageTold: Uptime?
    }

    private let module: FaceModules.Module
    private let model: Slug
    private let silence: Uptime.Span
    private let tell: @Sendable (FaceModuleNews) -> Void
    private let see: @Sendable (FaceReading) -> Void
    private let state: Mutex<State>

    init(
        _ module: FaceModules.Module, model: Slug, silence: Uptime.Span,
        tell: @escaping @Sendable (FaceModuleNews) -> Void, see: @escaping @Sendable (FaceReading) -> Void
    ) {
        self.module = module
        self.model = model
        self.silence = silence
        self.tell = tell
        self.see = see
        state = Mutex(State(lastHeard: BootClock.now()))
    }

    /// The line is open; whether a module is at its other end shows when it speaks.
    func opened() {
        state.withLock {
            $0.lines = FaceModuleLines()
            $0.lastHeard = BootClock.now()
        }
    }

    func lost(_ why: String) { state.withLock { fail(&$0, why) } }

    func take(_ bytes: [UInt8]) {
        let now = BootClock.now()
        state.withLock { state in
            for output in state.lines.take(bytes) {
                switch output {
                case .face(let sighting):
                    guard isOurs(sighting.model, &state, now) else { continue }
                    if sighting.quality < module.minimumQuality {
                        tell(.poor(module.lane))
                    } else {
                        see(sighting.reading)
                    }
                case .alive(let model): _ = isOurs(model, &state, now)
                case .refused(let error):
                    // No sign of life: a module that sends garbage is missed like one that is dead.
                    if let told = state.garbageTold, now - told < .seconds(1) { continue }
                    state.garbageTold = now
                    tell(.garbage(module.lane, error))
                }
            }
        }
    }

    /// - Returns: when to look again.
    func watch(at now: Uptime) -> Uptime {
        state.withLock { state in
            if now - state.lastHeard >= silence { fail(&state, "the module says nothing") }
            return max(state.lastHeard + silence, now + .milliseconds(100))
        }
    }

    private func isOurs(_ model: Slug, _ state: inout State, _ now: Uptime) -> Bool {
        state.lastHeard = now
        if !state.isUp { tell(.up(module.lane)) }
        state.isUp = true
        state.why = nil
        guard model != self.model else { return true }
        if state.otherModels.count < 16, state.otherModels.insert(model).inserted {
            tell(.otherModel(module.lane, model))
        }
        return false
    }

    private func fail(_ state: inout State, _ why: String) {
        let isNews = state.isUp || state.why == nil
        state.isUp = false
        state.why = why
        if isNews { tell(.down(module.lane, why)) }
    }
}
