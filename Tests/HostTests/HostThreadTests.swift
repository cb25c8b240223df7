import Glibc
import Host
import Testing
import Vocabulary

@Suite("threads, clocks and signals")
struct HostThreadTests {
    @Test("a thread carries its name, cut to what the kernel keeps")
    func name() throws {
        let seen = BoundedQueue<String>(capacity: 1)
        let thread = try HostThread(name: "a name of more than fifteen bytes") {
            seen.offer(contents(of: "/proc/thread-self/comm"))
        }
        thread.join()
        #expect(seen.takeAvailable() == ["a name of more \n"])
    }

    @Test("join waits no longer than it may, and later finds the end")
    func join() throws {
        let gate = BoundedQueue<Int>(capacity: 1)
        let thread = try HostThread(name: "waits") { _ = gate.take(until: nil) }
        #expect(!thread.join(within: .milliseconds(20)))
        #expect(!thread.isCurrent)
        gate.close()
        thread.join()
        #expect(thread.join(within: .milliseconds(0)), "a second join must find it ended")
    }

    @Test("a thread outlives the object that started it")
    func detached() throws {
        let gate = BoundedQueue<Int>(capacity: 1)
        let done = BoundedQueue<Int>(capacity: 1)
        _ = try HostThread(name: "on its own") { done.offer(gate.take(until: nil).first ?? 0) }
        gate.offer(5)
        #expect(done.take(until: BootClock.now() + .seconds(10)) == [5])
    }

    @Test("a wait on a monitor ends when the state is right, not at the first wake")
    func monitor() throws {
        let monitor = Monitor(0)
        let thread = try HostThread(name: "counts") {
            for _ in 0..<3 {
                monitor.withLock { $0 += 1 }
                monitor.wakeAll()
            }
        }
        #expect(monitor.wait(until: BootClock.now() + .seconds(10)) { $0 == 3 ? $0 : nil } == 3)
        #expect(monitor.wait(until: BootClock.now() + .milliseconds(5)) { $0 == 4 ? $0 : nil } == nil)
        thread.join()
    }

    @Test("the boot clock agrees with the kernel's own account of its uptime")
    func bootClock() throws {
        let before = BootClock.now()
        let text = contents(of: "/proc/uptime")
        let after = BootClock.now()
        let parts = try #require(text.split(separator: " ").first).split(separator: ".").compactMap { Int64($0) }
        let kernel = Uptime(milliseconds: parts[0] * 1000 + parts[1] * 10)
        // The kernel cuts its figure to hundredths of a second.
        #expect(kernel + .milliseconds(10) >= before && kernel <= after)
    }

    @Test("the wall clock agrees with the C library's")
    func wallClock() {
        let before = Int64(time(nil))
        let now = WallClock.now()
        let after = Int64(time(nil))
        // The kernel's coarse clock, which time() reads, can lag by one tick.
        #expect(now.milliseconds >= before * 1000 && now.milliseconds <= (after + 1) * 1000 + 10)
        #expect(ClockReading.now().wall >= now)
    }

    @Test("a termination signal reaches the handler, in order, whichever thread it interrupts")
    func signals() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let seen = BoundedQueue<Signals.Signal>(capacity: 8)
            try Signals.handle([.terminate, .interrupt]) { seen.offer($0) }
            kill(getpid(), SIGTERM)
            #expect(seen.take(until: BootClock.now() + .seconds(10)) == [.terminate])
            kill(getpid(), SIGINT)
            let isSecond = seen.take(until: BootClock.now() + .seconds(10)) == [.interrupt]
            #expect(throws: Signals.InstallError.alreadyInstalled) { try Signals.handle { _ in } }
            exit(isSecond ? 7 : 1)
        }
    }

    @Test("a write to a closed pipe is an error, not the end of the process")
    func brokenPipe() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Signals.ignoreBrokenPipe()
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { exit(1) }
            close(ends[0])
            exit(write(ends[1], "x", 1) == -1 && errno == EPIPE ? 7 : 2)
        }
    }

    @Test("random bytes are as many as asked for, and not the same twice", arguments: [0, 1, 16, 1000])
    func random(count: Int) {
        let first = SecureRandom.bytes(count)
        #expect(first.count == count)
        if count >= 16 { #expect(first != SecureRandom.bytes(count)) }
        #expect(SecureRandom.bits64() != SecureRandom.bits64())
    }
}

private func contents(of path: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let file = open(path, O_RDONLY)
    defer { close(file) }
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}
