internal import Host
public import Vocabulary
public import Wire

/// A message from the platform to a box.
public struct Outgoing: Equatable, Sendable {
    public var device: DeviceID
    public var content: Content

    public enum Content: Equatable, Sendable {
        case response(Response, correlation: [UInt8]?)
        case acknowledgement(Acknowledgement)
        case announcement(Announcement)
    }

    public init(device: DeviceID, content: Content) {
        self.device = device
        self.content = content
    }
}

/// The one thread that owns the store: it takes what waits, commits, and only then answers.
///
/// Requests go first, all that wait in one transaction; then one batch of records, in parts if a request comes
/// meanwhile. So a payment waits for some 32 records and their commit at most, however many are queued.
public final class PlatformWorker: Sendable {
    private let inbox: Inbox
    private let thread: HostThread
    private let report: @Sendable (PlatformNotice) -> Void

    /// Opens the store on the worker's own thread and returns when it is open.
    /// - Parameters:
    ///   - send: called on the worker's thread, after the commit. What it cannot send is lost: the box asks again.
    ///   - report: called on the worker's thread.
    /// - Throws: why the store could not be opened; the thread has ended then.
    public init(
        _ configuration: PlatformConfiguration, inbox: Inbox, send: @escaping @Sendable (Outgoing) -> Void,
        report: @escaping @Sendable (PlatformNotice) -> Void
    ) throws(PlatformError) {
        self.inbox = inbox
        self.report = report
        let opening = Monitor<Result<Void, PlatformError>?>(nil)
        thread = try started(
            HostThread(name: "store") {
                let store: PlatformStore
                let threads: AcquirerThreads
                do throws(PlatformError) {
                    store = try PlatformStore(configuration, at: WallClock.now(), report: report)
                    threads = try started(AcquirerThreads(configuration.acquirers) { inbox.offer(.result($0)) })
                } catch {
                    opening.withLock { $0 = .failure(error) }
                    return opening.wakeAll()
                }
                opening.withLock { $0 = .success(()) }
                opening.wakeAll()
                var line = AcquirerLine(
                    at: BootClock.now(), offer: { threads.offer($0) }, send: send, report: report)
                PlatformWorker.run(store, configuration.devices.map(\.id), inbox, &line, send, report)
            })
        let result = opening.wait(until: nil) { $0 }
        if case .failure(let error) = result { throw error }
    }

    /// Takes no more messages, finishes those that wait, and ends the thread.
    ///
    /// What is not finished at the limit is left behind, and reported; the boxes send it again.
    /// - Parameter limit: for finishing; the step under way at the limit is still finished.
    public func stop(within limit: Uptime.Span) {
        inbox.close()
        guard !thread.join(within: limit) else { return }
        report(.leftBehind(count: inbox.discard()))
        thread.join()
    }

    private static func run(
        _ store: PlatformStore, _ devices: [DeviceID], _ inbox: Inbox, _ line: inout AcquirerLine,
        _ send: (Outgoing) -> Void,
        _ report: (PlatformNotice) -> Void
    ) {
        var desk = NewsDesk { store.isEnrolled($0) }
        var caretaker = Caretaker(devices, store)
        var crier = SiteCrier()
        _ = crier.hear((try? store.openSiteNews()) ?? [], at: BootClock.now())
        while true {
            let times = [caretaker.nextTime, desk.due, line.due, crier.nextTime, waitDue(store)]
            let work = inbox.take(until: times.compactMap { $0 }.min())
            answer(work?.requests ?? [], store, &desk, &line)
            if let words = work?.words, !words.isEmpty {
                line.take(words, store, at: BootClock.now(), wall: WallClock.now())
                store.tidy()
            }
            line.turn(store, at: BootClock.now(), wall: WallClock.now())
            decideWaits(store, report)
            for ask in work?.asks ?? [] { ask.answer(store.answer(ask.question, at: WallClock.now())) }
            if work?.asks.isEmpty == false {
                line.giveOut(store, at: BootClock.now())
                store.tidy()
            }
            let (now, uptime) = (WallClock.now(), BootClock.now())
            for news in work?.news ?? [] {
                desk.take(news, at: now, uptime)
                if news.kind == .presence { crier.isBack(news.device, at: uptime) }
            }
            defer { cry(&crier, store, send) }
            let isOver = work?.isEmpty == true
            if isOver || desk.due.map({ uptime >= $0 }) == true { write(&desk, store, send, report) }
            if isOver { return }
            // After the answers: they are what somebody waits for.
            defer { caretaker.run(store, at: BootClock.now(), send, report) }
            guard let batch = work?.batch else { continue }
            desk.contact(batch.device, at: now, uptime)
            // Half of a batch's time goes into reading it: a payment that came meanwhile need not wait for the rest.
            let reading = store.read(batch.payload, from: batch.device) { HostThread.giveWay() }
            answer(inbox.takeRequests(), store, &desk, &line)
            do throws(PlatformError) {
                // Each turn stores some records, so a batch ends, however many payments come.
                var word: Acknowledgement?
                while word == nil {
                    word = try store.ingest(reading, at: WallClock.now()) {
                        // The request may still be on its way through the link's thread, or the broker on this machine.
                        HostThread.giveWay()
                        return inbox.hasRequests
                    }
                    if word == nil { answer(inbox.takeRequests(), store, &desk, &line) }
                }
                if let word { send(Outgoing(device: batch.device, content: .acknowledgement(word))) }
            } catch { report(.batchFailed(batch.device, error)) }
            // A record may have had a payment on the phone given back.
            line.giveOut(store, at: BootClock.now())
            store.tidy()
        }
    }

    /// Tells boxes what has happened at the others of their sites.
    private static func cry(_ crier: inout SiteCrier, _ store: PlatformStore, _ send: (Outgoing) -> Void) {
        let now = BootClock.now()
        let said = crier.hear(store.takeSiteNews(), at: now) + crier.take(at: now) + store.takePurseNews()
        for (device, announcement) in said {
            send(Outgoing(device: device, content: .announcement(announcement)))
        }
    }

    /// When the next charge that waits for leases is to be decided; nil: none waits.
    private static func waitDue(_ store: PlatformStore) -> Uptime? {
        guard let until = try? store.nextWait() else { return nil }
        let left = min(max(0, until.milliseconds - WallClock.now().milliseconds), PursePayments.waitMilliseconds)
        return BootClock.now() + .milliseconds(left)
    }

    private static func decideWaits(_ store: PlatformStore, _ report: (PlatformNotice) -> Void) {
        do throws(PlatformError) {
            guard let until = try store.nextWait(), until <= WallClock.now() else { return }
            try store.decideWaits(at: WallClock.now())
            store.tidy()
        } catch { report(.tendingFailed(error)) }
    }

    private static func answer(
        _ requests: [Incoming], _ store: PlatformStore, _ desk: inout NewsDesk, _ line: inout AcquirerLine
    ) {
        guard !requests.isEmpty else { return }
        let answers = store.answer(requests, at: WallClock.now())
        line.answer(requests, answers, store, at: BootClock.now())
        let (now, uptime) = (WallClock.now(), BootClock.now())
        for request in requests { desk.contact(request.device, at: now, uptime) }
        store.tidy()
    }

    private static func write(
        _ desk: inout NewsDesk, _ store: PlatformStore, _ send: (Outgoing) -> Void,
        _ report: (PlatformNotice) -> Void
    ) {
        do throws(PlatformError) {
            let contested = try store.hear(desk.all, contacts: desk.contacts, at: WallClock.now())
            desk.clear()
            for device in contested { send(Outgoing(device: device, content: .announcement(.journalContested))) }
            store.tidy()
        } catch {
            desk.putOff(at: BootClock.now())
            report(.newsFailed(count: desk.all.count, error))
        }
    }
}
