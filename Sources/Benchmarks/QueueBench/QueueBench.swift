import BenchSupport
import Glibc
import Host
import StandIns
import Vocabulary

/// What a long queue costs: the rate of appending to it, and the start of a box that has one.
///
///     QueueBench [--deep 1000000] [--queued 100000] [--rounds 5]
@main
struct QueueBench {
    private let options: Options

    /// How many records each round appends, and how many a new journal gets before: its log has to grow first, which is
    /// no matter of depth.
    private static let appended = 100_000, before = 20_000

    static func main() {
        runBenchmark {
            let bench = QueueBench(options: try Options(["deep": 1_000_000, "queued": 100_000, "rounds": 5]))
            try bench.start()
            try bench.depth()
        }
    }

    // MARK: - Start

    private func start() throws {
        let site = try SiteFiles(broker: try Loopback.freePort())
        print("parkingd from its start to READY=1, with nobody listening where the broker should be")
        var table = Table(["ms", "median", "slowest"])
        let empty = try (0..<options["rounds"]).map { _ in try startOnce(site) }
        table.add(["new journal", Text.milliseconds(median(empty)), Text.milliseconds(Figures(empty).largest)])
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        let filler = try JournalFiller(path: site.journal, device: site.device)
        _ = try filler.fill(options["queued"]) { sample.next() }
        for index in 0..<300 { try filler.park("粤B\(20_000 + index)", minutes: 30, number: UInt64(index)) }
        try filler.close()
        let full = try (0..<options["rounds"]).map { _ in try startOnce(site) }
        table.add([
            "\(Text.grouped(Int64(options["queued"]))) records queued, 300 cars inside",
            Text.milliseconds(median(full)),
            Text.milliseconds(Figures(full).largest),
        ])
        table.print()
        Aim.print(
            "start to ready", "\(Text.milliseconds(median(full))) ms", "under 100 ms", isMet: median(full) < 100_000_000
        )
    }

    private func startOnce(_ site: SiteFiles) throws -> Int64 {
        let listener = try ReadyListener(path: "\(site.folder.path)/notify")
        setenv("NOTIFY_SOCKET", listener.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let from = BootClock.now()
        let box = try Programs.start("parkingd", ["--config", site.boxFile])
        defer { box.terminate() }
        guard let ready = listener.wait(seconds: 20) else {
            throw BenchError("parkingd was not ready in time:\n\(box.lines.joined(separator: "\n"))")
        }
        return (ready - from).nanoseconds
    }

    // MARK: - Depth

    private func depth() throws {
        let (rounds, depth) = (options["rounds"], options["deep"])
        print(
            "appending \(Text.grouped(Int64(QueueBench.appended))) records, synced in groups; \(rounds) alternating rounds"
        )
        let folder = try TemporaryFolder("turnpike-bench")
        let device = try DeviceID("garage-1")
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        // Made once: what is measured is the journal, not the making of records.
        let bodies = (0..<9_000).map { _ in sample.next() }
        var index = 0
        func next() -> (at: WallTime, body: [UInt8]) {
            index = (index + 1) % bodies.count
            return bodies[index]
        }
        let deep = try JournalFiller(path: "\(folder.path)/deep", device: device)
        _ = try deep.fill(depth, next)
        var empty: [Int64] = [], full: [Int64] = []
        for round in 0..<rounds {
            let shallow = try JournalFiller(path: "\(folder.path)/shallow-\(round)", device: device)
            _ = try shallow.fill(QueueBench.before, next)
            empty.append(try shallow.fill(QueueBench.appended, next))
            try shallow.close()
            full.append(try deep.fill(QueueBench.appended, next))
        }
        try deep.close()
        var table = Table(["records/s", "median", "slowest", "fastest"])
        for (name, rates) in [("empty", empty), ("\(Text.grouped(Int64(depth))) queued", full)] {
            table.add([name] + [median(rates), rates.min() ?? 0, rates.max() ?? 0].map(Text.grouped))
        }
        table.print()
        Aim.atLeast("rate with a full queue to the rate with an empty one", ratio(median(full), median(empty)), 95)
    }
}

/// Plays the service manager: hears when a daemon says that it is ready.
final class ReadyListener: Sendable {
    let path: String
    private let socket: Int32
    private let ready = Monitor<Uptime?>(nil)
    private let thread: HostThread

    init(path: String) throws {
        self.path = path
        unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix($0.count - 1))) }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw BenchError("listening at \(path) failed: \(SystemError.text(errno))") }
        self.socket = socket
        let ready = self.ready
        thread = try HostThread(name: "ready") {
            var bytes = [UInt8](repeating: 0, count: 1_024)
            while true {
                let count = recv(socket, &bytes, bytes.count, 0)
                if count <= 0 { return }
                guard bytes[..<count].starts(with: Array("READY=1".utf8)) else { continue }
                let now = BootClock.now()
                ready.withLock { $0 = now }
                return ready.wakeAll()
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        thread.join()
        close(socket)
        unlink(path)
    }

    func wait(seconds: Int64) -> Uptime? { ready.wait(until: BootClock.now() + .seconds(seconds)) { $0 } }
}
