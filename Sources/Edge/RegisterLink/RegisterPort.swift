internal import Host
internal import Register
public import Serial
internal import Synchronization
public import Vocabulary

/// A cash register on a serial line, by the protocol of ``RegisterLine``.
///
/// Answers wait in slots of the port, sixteen at most: a register that takes none of them loses the oldest, and asks
/// again. Half a line that is not continued within two seconds is dropped, so that it never joins the next.
public final class RegisterPort: Sendable {
    /// What is told of the line; its texts have no code of a payer in them.
    public enum News: Equatable, Sendable {
        case up
        case down(SerialFault)
        /// A line that could not be trusted: `checksum`, `long`, `form`, `key`, `brokenOff`.
        case noise(String)
    }

    private let port: SerialPort
    private let outlet: Outlet

    /// Lets answers reach the port that is made after them.
    private final class Outlet: Sendable {
        let port = Mutex<SerialPort?>(nil)
        let slot = Atomic<Int>(0)

        func send(_ bytes: [UInt8]) {
            let slot = slot.add(1, ordering: .relaxed).newValue
            port.withLock { $0 }?.send([bytes], slot: slot % SerialPort.mostSlots)
        }
    }

    /// Opens the line and serves it.
    ///
    /// - Parameter door: under which this register's keys are kept; another one for each register.
    /// - Throws: when there can be no thread.
    public init(
        _ settings: SerialSettings, door: Slug, desk: RegisterDesk, tell: @escaping @Sendable (News) -> Void
    ) throws {
        let outlet = Outlet()
        let lines = Mutex(ScannerLines(longest: RegisterLine.longest, patience: .seconds(2)))
        var options = SerialPort.Options()
        options.gapMilliseconds = 0
        port = try SerialPort(settings, options: options) { event in
            switch event {
            case .opened: tell(.up)
            case .failed(let fault): tell(.down(fault))
            case .received(let bytes):
                for output in lines.withLock({ $0.take(bytes, at: BootClock.now()) }) {
                    switch output {
                    case .line(let line): RegisterPort.answer(line, door, desk, outlet, tell)
                    case .tooLong:
                        tell(.noise("long"))
                        outlet.send(RegisterLine.bytes(.notALine("long")))
                    case .brokenOff: tell(.noise("brokenOff"))
                    }
                }
            }
        }
        self.outlet = outlet
        outlet.port.withLock { $0 = port }
    }

    deinit { stop() }

    /// Ends the line's thread.
    public func stop() {
        outlet.port.withLock { $0 = nil }
        port.stop()
    }

    private static func answer(
        _ line: [UInt8], _ door: Slug, _ desk: RegisterDesk, _ outlet: Outlet, _ tell: (News) -> Void
    ) {
        do throws(RegisterLine.Refusal) {
            switch try RegisterLine.read(line, door: door) {
            case .hello(let key): outlet.send(RegisterLine.hello(key: key))
            case .status(let key, let id): desk.status(id, door: door) { outlet.send(bytes($0, key)) }
            case .change(let key, let ask): desk.ask(ask, key: key) { outlet.send(bytes($0, key.text)) }
            }
        } catch {
            if case .notALine(let reason) = error { tell(.noise(reason)) }
            outlet.send(RegisterLine.bytes(error))
        }
    }

    private static func bytes(_ answer: RegisterDesk.Answer, _ key: String) -> [UInt8] {
        switch answer {
        case .success(let (reply, _)): RegisterLine.bytes(reply, key: key)
        case .failure(let fault): RegisterLine.bytes(.fault(key: key, fault))
        }
    }
}
