internal import Glibc
internal import Synchronization
internal import Vocabulary

/// The body of the driver's thread: waits for edges, deadlines and the bell, ends pulses, then delivers.
///
/// In every turn pulses are ended before anything is delivered, so a slow handler delays only the next turn.
struct DriverLoop: ~Copyable {
    /// A line that cannot be read is read again after this time, for as long as the driver runs.
    static let retryDelay = Uptime.Span.seconds(1)

    let core: DriverCore
    let handler: @Sendable (GPIOEvent) -> Void
    /// One an input; nil while the line cannot be read.
    private var debouncers: [Debouncer?]
    /// One an input that counts pulses, while its line works; the others have a debouncer.
    private var pulses: [PulseWatch?]
    /// When to read a line again that could not be read.
    private var retries: [Uptime?]
    private var polled: [pollfd] = []
    private var observations: [LineObservation] = []
    private var reports: [Debouncer.Report] = []
    private var events: [GPIOEvent] = []

    /// - Parameter levels: of each input, as read just before `now`: the first to be delivered.
    init(
        core: DriverCore, levels: [DriverCore.Level], at now: Uptime, handler: @escaping @Sendable (GPIOEvent) -> Void
    ) {
        self.core = core
        self.handler = handler
        debouncers = Array(repeating: nil, count: levels.count)
        pulses = Array(repeating: nil, count: levels.count)
        retries = Array(repeating: nil, count: levels.count)
        for (input, level) in levels.enumerated() {
            switch level {
            case .success(let active): begin(input, active, at: now)
            case .failure(let error): fail(input, error, retryAt: now + DriverLoop.retryDelay)
            }
        }
    }

    /// Runs until the driver is closed.
    mutating func run() {
        var isRunning = settle(at: bootTime())
        while isRunning {
            wait()
            // Before the edges are taken: no level settles past an edge that is still in the queue.
            let now = bootTime()
            core.lines.collect(polled[2...], into: &observations)
            takeObservations()
            isRunning = settle(at: now)
        }
        core.lines.publish()
        core.lines.shutDown()
    }

    private mutating func wait() {
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: core.timer.descriptor, events: Int16(POLLIN), revents: 0))
        polled.append(pollfd(fd: core.bell.descriptor, events: Int16(POLLIN), revents: 0))
        core.lines.appendDescriptors(to: &polled)
        let result = poll(&polled, nfds_t(polled.count), -1)
        if result < 0 {
            // EINTR, or ENOMEM for a while: nothing is ready, but pulses must end. The pause keeps it from spinning.
            for index in polled.indices { polled[index].revents = 0 }
            usleep(1_000)
        }
        core.timer.silence()
        core.bell.silence()
    }

    private mutating func takeObservations() {
        var touched: UInt64 = 0
        for observation in observations {
            switch observation {
            case .edge(let input, let active, let instant) where pulses[input] != nil:
                if active { takePulse(of: input, at: instant) }
            case .edge(let input, let active, let instant):
                debouncers[input]?.edge(active, at: instant, into: &reports)
                touched |= 1 << UInt64(input)
                takeReports(of: input)
            case .lost(let input):
                fail(input, .lineLost(input: core.board.inputs[input].name), retryAt: nil)
            }
        }
        observations.removeAll(keepingCapacity: true)
        // The kernel drops edges when its queue is full, so after a burst the line itself has the last word.
        for input in debouncers.indices where touched & (1 << UInt64(input)) != 0 { sample(input) }
    }

    private mutating func takePulse(of input: Int, at instant: Uptime) {
        let line = core.board.inputs[input]
        switch pulses[input]?.take(at: instant) {
        case .pulse: events.append(.pulse(line.name, at: instant))
        case .storm:
            let error = GPIOError.chattering(input: line.name, maximumEdgesPerSecond: line.maximumEdgesPerSecond)
            events.append(.fault(line: line.name, error))
            note(.failure(error), of: input)
        case .dropped, nil: break
        }
    }

    private mutating func sample(_ input: Int) {
        guard debouncers[input] != nil else { return }
        do throws(GPIOError) {
            let level = try core.lines.level(input)
            debouncers[input]?.sample(level, at: bootTime(), into: &reports)
            takeReports(of: input)
        } catch {
            fail(input, error, retryAt: bootTime() + DriverLoop.retryDelay)
        }
    }

    private mutating func retry(_ input: Int, at now: Uptime) {
        guard let instant = retries[input], instant <= now else { return }
        do throws(GPIOError) {
            let level = try core.lines.level(input)
            retries[input] = nil
            begin(input, level, at: now)
            note(.success(level), of: input)
        } catch {
            // Told once, when it began.
            retries[input] = now + DriverLoop.retryDelay
        }
    }

    private mutating func begin(_ input: Int, _ level: Bool, at now: Uptime) {
        let line = core.board.inputs[input]
        guard !line.countsPulses else {
            pulses[input] = PulseWatch(maximumPerSecond: line.maximumEdgesPerSecond)
            return events.append(.input(line.name, active: level, at: now))
        }
        debouncers[input] = Debouncer(
            settlingMilliseconds: line.debounceMilliseconds, maximumEdgesPerSecond: line.maximumEdgesPerSecond,
            level: level, at: now)
        events.append(.input(line.name, active: level, at: now))
    }

    private mutating func takeReports(of input: Int) {
        let line = core.board.inputs[input]
        for report in reports {
            switch report {
            case .level(let active, let instant):
                events.append(.input(line.name, active: active, at: instant))
                note(.success(active), of: input)
            case .chattering:
                let error = GPIOError.chattering(input: line.name, maximumEdgesPerSecond: line.maximumEdgesPerSecond)
                events.append(.fault(line: line.name, error))
                note(.failure(error), of: input)
            }
        }
        reports.removeAll(keepingCapacity: true)
    }

    /// - Parameter instant: when to read it again; nil for a line that is gone, which waits for a new driver.
    private mutating func fail(_ input: Int, _ error: GPIOError, retryAt instant: Uptime?) {
        debouncers[input] = nil
        pulses[input] = nil
        retries[input] = instant
        events.append(.fault(line: core.board.inputs[input].name, error))
        note(.failure(error), of: input)
    }

    private func note(_ level: DriverCore.Level, of input: Int) {
        core.state.withLock { $0.levels[input] = level }
    }

    /// Ends what is due, sets the timer for what comes next and delivers; returns whether to go on.
    private mutating func settle(at now: Uptime) -> Bool {
        var deadline: Uptime?
        for input in debouncers.indices {
            debouncers[input]?.advance(to: now, into: &reports)
            takeReports(of: input)
            retry(input, at: now)
            if pulses[input]?.isOver(at: now) == true {
                events.append(.input(core.board.inputs[input].name, active: false, at: now))
                note(.success(false), of: input)
            }
            let next = debouncers[input]?.deadline ?? pulses[input]?.deadline ?? retries[input]
            if let next { deadline = min(deadline ?? next, next) }
        }
        let isRunning = core.state.withLock { state in
            guard state.phase == .running else { return false }
            // Each output is due at most once a turn: one that fails is due again later.
            while let output = state.bank.firstDue(at: now) { _ = core.switchOff(output, at: now, &state) }
            events.append(contentsOf: state.waiting)
            state.waiting.removeAll(keepingCapacity: true)
            state.armed = nil
            core.arm(&state, noLaterThan: deadline)
            core.arm(&state, noLaterThan: state.bank.nextDeadline)
            return true
        }
        guard isRunning else { return false }
        core.lines.publish()
        for event in events {
            // Closed by the handler itself: nothing more is delivered.
            guard core.state.withLock({ $0.phase == .running }) else { return false }
            handler(event)
        }
        events.removeAll(keepingCapacity: true)
        return true
    }
}
