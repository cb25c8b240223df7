internal import Glibc
internal import Host
internal import Vocabulary

/// A TCP proxy that misbehaves as networks do, for tests; one thread, ended when this object goes.
public final class FaultProxy: Sendable {
    /// What it does with the bytes of every connection, both ways.
    public enum Fault: Equatable, Sendable {
        case none
        /// Keeps connections open and accepts new ones, and forwards nothing: a peer that is gone without a word.
        /// What is sent meanwhile is lost.
        case silent
        /// Forwards everything this much later.
        case delay(milliseconds: Int)
        /// Forwards at most this many bytes a second and direction.
        case throttle(bytesPerSecond: Int)
        /// Closes every new connection at once; those that stand are kept.
        case refuse
    }

    /// The port it listens on, on the loopback address.
    public let port: Int
    private let shared: Monitor<Orders>
    private let wakeEnd: Int32
    private let thread: HostThread

    struct Orders: Sendable {
        var fault = Fault.none
        var dropsAll = false
        var isClosing = false
        /// Orders given and orders in force, counted.
        var given = 0
        var inForce = 0
    }

    /// - Parameter target: the port on the loopback address to forward to.
    public init(to target: Int) throws(StandInError) {
        Signals.ignoreBrokenPipe()
        let (listener, port) = try Loopback.listener()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(action: "making a pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let shared = Monitor(Orders())
        let readEnd = ends[0]
        self.port = port
        self.shared = shared
        wakeEnd = ends[1]
        do throws(HostThread.StartError) {
            thread = try HostThread(name: "fault proxy") {
                var loop = FaultProxyLoop(listener: listener, wake: readEnd, target: target, orders: shared)
                loop.run()
            }
        } catch {
            throw .thread(error)
        }
    }

    deinit {
        order { $0.isClosing = true }
        thread.join()
        close(wakeEnd)
    }

    /// Changes what it does, for connections that stand too; in force when this returns.
    public func set(_ fault: Fault) { order { $0.fault = fault } }

    /// Cuts every connection that stands, as a reset; done when this returns.
    public func dropConnections() { order { $0.dropsAll = true } }

    private func order(_ change: (inout Orders) -> Void) {
        let number = shared.withLock { orders in
            change(&orders)
            orders.given += 1
            return orders.given
        }
        _ = write(wakeEnd, "!", 1)
        _ = shared.wait(until: nil) { $0.inForce >= number ? true : nil }
    }
}

/// The proxy's thread.
struct FaultProxyLoop {
    let listener: Int32
    let wake: Int32
    let target: Int
    let orders: Monitor<FaultProxy.Orders>
    private var pairs: [Pair] = []

    init(listener: Int32, wake: Int32, target: Int, orders: Monitor<FaultProxy.Orders>) {
        self.listener = listener
        self.wake = wake
        self.target = target
        self.orders = orders
    }

    /// Bytes of one direction that wait to be forwarded; more are not read, so the sender feels it.
    private static let bufferLimit = 1 << 20

    private struct Stream {
        let from: Int32
        let to: Int32
        var chunks: [(due: Uptime, bytes: ArraySlice<UInt8>)] = []
        /// Nothing more can come; watching it further would find it ready for ever.
        var isEnded = false
        var waiting: Int { chunks.reduce(0) { $0 + $1.bytes.count } }
    }

    private struct Pair {
        var streams: [Stream]
        var isClosed = false
    }

    mutating func run() {
        while true {
            let current = orders.withLock { orders in
                defer { orders.dropsAll = false }
                return orders
            }
            if current.dropsAll || current.isClosing {
                for pair in pairs { close(pair) }
                pairs = []
            }
            orders.withLock { $0.inForce = current.given }
            orders.wakeAll()
            if current.isClosing { break }
            step(current.fault)
        }
        Glibc.close(listener)
        Glibc.close(wake)
    }

    private mutating func step(_ fault: FaultProxy.Fault) {
        var fds = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        var isWaiting = false
        for stream in pairs.flatMap(\.streams) {
            isWaiting = isWaiting || !stream.chunks.isEmpty
            let events = stream.waiting < Self.bufferLimit ? Int16(POLLIN) : 0
            fds.append(pollfd(fd: stream.isEnded ? -1 : stream.from, events: events, revents: 0))
        }
        poll(&fds, nfds_t(fds.count), isWaiting ? 1 : -1)
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while read(wake, &bytes, bytes.count) > 0 {}
        for index in pairs.indices {
            for side in 0..<2 where fds[2 + 2 * index + side].revents != 0 {
                receive(index, side, fault, &bytes)
            }
            for side in 0..<2 { forward(index, side, fault) }
        }
        for pair in pairs where pair.isClosed { close(pair) }
        pairs.removeAll { $0.isClosed }
        if fds[0].revents != 0 { accept(fault) }
    }

    private mutating func accept(_ fault: FaultProxy.Fault) {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return }
        let server = fault == .refuse ? -1 : Loopback.connect(to: target)
        guard server >= 0 else {
            Glibc.close(client)
            return
        }
        for socket in [client, server] {
            var one: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
            _ = fcntl(socket, F_SETFL, O_NONBLOCK)
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        }
        pairs.append(Pair(streams: [Stream(from: client, to: server), Stream(from: server, to: client)]))
    }

    private mutating func receive(_ index: Int, _ side: Int, _ fault: FaultProxy.Fault, _ bytes: inout [UInt8]) {
        var limit = bytes.count
        if case .throttle(let rate) = fault { limit = max(1, min(limit, rate / 20)) }
        let count = read(pairs[index].streams[side].from, &bytes, limit)
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
            // A silent network does not tell one side that the other has gone.
            pairs[index].streams[side].isEnded = true
            pairs[index].isClosed = fault != .silent || side == 0
            return
        }
        guard count > 0, fault != .silent else { return }
        var due = BootClock.now()
        if case .delay(let milliseconds) = fault { due = due + .milliseconds(Int64(milliseconds)) }
        if case .throttle(let rate) = fault {
            let last = pairs[index].streams[side].chunks.last?.due ?? due
            due = max(due, last) + .init(nanoseconds: Int64(count) * 1_000_000_000 / Int64(max(1, rate)))
        }
        pairs[index].streams[side].chunks.append((due, bytes[..<count]))
    }

    private mutating func forward(_ index: Int, _ side: Int, _ fault: FaultProxy.Fault) {
        if fault == .silent { pairs[index].streams[side].chunks = [] }
        while let chunk = pairs[index].streams[side].chunks.first, chunk.due <= BootClock.now() {
            let to = pairs[index].streams[side].to
            let sent = chunk.bytes.withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0 {
                if errno != EAGAIN && errno != EINTR { pairs[index].isClosed = true }
                return
            }
            if sent == chunk.bytes.count {
                pairs[index].streams[side].chunks.removeFirst()
            } else {
                pairs[index].streams[side].chunks[0].bytes = chunk.bytes.dropFirst(sent)
            }
        }
    }

    private func close(_ pair: Pair) {
        // A linger of zero seconds makes the close a reset.
        for stream in pair.streams {
            var linger = linger(l_onoff: 1, l_linger: 0)
            if !pair.isClosed {
                setsockopt(stream.from, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            }
            Glibc.close(stream.from)
        }
    }
}
