public import GPIO
internal import Host
internal import Serial
internal import Synchronization
internal import Vocabulary

/// The readers of a box. Each serial line and input device has a thread of its own; one thread more makes cards, codes
/// and weights of what they read, and tells them in order.
public final class Readers: Sendable {
    /// More than this many inputs do not wait; what a reader sends then is lost, and its line begun anew.
    static let mostWaiting = 8_192

    private struct Item: Sendable {
        var reader: Int
        var input: ReaderInput
        var at: Uptime
    }

    private struct Work {
        var items: [Item] = []
        /// Readers of which something found no room.
        var lost: Set<Int> = []
        var isStopped = false
    }

    private struct Threads {
        var ports: [Int: SerialPort] = [:]
        var keyboards: [KeyboardDevice] = []
        var loop: HostThread?
    }

    private let work = Monitor(Work())
    private let threads = Mutex(Threads())
    /// By the input's name: the reader, and what a pulse on it means.
    private let wires: [String: (reader: Int, bit: Bool)]

    /// Opens everything; what is not there now is told as a fault, and tried again.
    ///
    /// - Parameters:
    ///   - open: opens an input device; a descriptor, or -1 and errno.
    ///   - tell: called on one thread, in order; must not block.
    /// - Throws: when there can be no thread.
    public init(
        _ devices: ReaderDevices, open: (@Sendable (String) -> Int32)? = nil,
        tell: @escaping @Sendable (ReaderNews) -> Void
    ) throws {
        var wires: [String: (reader: Int, bit: Bool)] = [:]
        for (index, reader) in devices.readers.enumerated() {
            guard case .wiegand(let data0, let data1, _) = reader.kind else { continue }
            wires[data0] = (index, false)
            wires[data1] = (index, true)
        }
        self.wires = wires
        do {
            for (index, reader) in devices.readers.enumerated() {
                if let serial = reader.kind.serial {
                    var options = SerialPort.Options()
                    options.gapMilliseconds = 0
                    let port = try SerialPort(serial, options: options) { [work] event in
                        let now = BootClock.now()
                        switch event {
                        case .opened: Readers.put(work, Item(reader: index, input: .opened, at: now))
                        case .failed(let fault):
                            Readers.put(work, Item(reader: index, input: .failed(fault.description), at: now))
                        case .received(let bytes):
                            Readers.put(work, Item(reader: index, input: .bytes(bytes), at: now))
                        }
                    }
                    threads.withLock { $0.ports[index] = port }
                }
                if case .keyboard(let path, _) = reader.kind {
                    let keyboard = try KeyboardDevice(path: path, open: open ?? KeyboardDevice.open) {
                        [work] input, at in
                        Readers.put(work, Item(reader: index, input: input, at: at))
                    }
                    threads.withLock { $0.keyboards.append(keyboard) }
                }
            }
            let ports = threads.withLock { $0.ports }
            let loop = try HostThread(name: "readers") { [work] in
                Readers.run(devices.readers.map { ReaderMachine($0) }, work, ports, tell)
            }
            threads.withLock { $0.loop = loop }
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    /// Takes a pulse of a reader's wire; for the board's driver to call, on its thread.
    /// - Returns: false for everything else.
    public func take(_ event: GPIOEvent) -> Bool {
        switch event {
        case .pulse(let name, let at):
            guard let wire = wires[name] else { return false }
            Readers.put(work, Item(reader: wire.reader, input: .pulse(wire.bit), at: at))
            return true
        // The box tells the fault; half a frame is none.
        case .fault(let name?, _):
            if let wire = wires[name] {
                Readers.put(work, Item(reader: wire.reader, input: .lost, at: BootClock.now()))
            }
            return false
        case .input, .outputEnded, .fault: return false
        }
    }

    /// Ends the threads; nothing is told after it returns. Not to be called from `tell`.
    public func stop() {
        let threads = threads.withLock { threads in
            defer { threads = Threads() }
            return threads
        }
        for port in threads.ports.values { port.stop() }
        for keyboard in threads.keyboards { keyboard.stop() }
        work.withLock { $0.isStopped = true }
        work.wakeAll()
        threads.loop?.join()
    }

    private static func put(_ work: Monitor<Work>, _ item: Item) {
        work.withLock { work in
            if work.items.count < mostWaiting { work.items.append(item) } else { work.lost.insert(item.reader) }
        }
        work.wakeAll()
    }

    private static func run(
        _ readers: [ReaderMachine], _ work: Monitor<Work>, _ ports: [Int: SerialPort],
        _ tell: @Sendable (ReaderNews) -> Void
    ) {
        var machines = readers
        while true {
            let deadline = machines.compactMap(\.deadline).min()
            let taken = work.wait(until: deadline) { work -> Work? in
                guard !work.items.isEmpty || !work.lost.isEmpty || work.isStopped else { return nil }
                defer { work = Work(isStopped: work.isStopped) }
                return work
            }
            if taken?.isStopped == true { return }
            for item in taken?.items ?? [] { machines[item.reader].take(item.input, at: item.at).forEach(tell) }
            let now = BootClock.now()
            for reader in (taken?.lost ?? []).sorted() { machines[reader].take(.lost, at: now).forEach(tell) }
            for index in machines.indices {
                machines[index].tick(at: now).forEach(tell)
                if let request = machines[index].request(at: now) { ports[index]?.send([request]) }
            }
        }
    }
}
