import Glibc
import Host
import Serial
import StandIns
import Testing
import Vocabulary

/// What a port told, to be awaited.
final class PortLog: Sendable {
    private let events = Monitor<[SerialPort.Event]>([])

    var handler: @Sendable (SerialPort.Event) -> Void {
        { event in
            self.events.withLock { $0.append(event) }
            self.events.wakeAll()
        }
    }

    var all: [SerialPort.Event] { events.withLock { $0 } }

    /// Waits until the events told so far satisfy `condition`.
    func wait(_ condition: @escaping ([SerialPort.Event]) -> Bool) -> Bool {
        events.wait(until: BootClock.now() + .seconds(10)) { condition($0) ? true : nil } ?? false
    }

    static func bytes(_ events: [SerialPort.Event]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in if case .received(let bytes) = event { bytes } else { [] } }
    }
}

@Suite("A serial line")
struct SerialPortTests {
    private let folder: TemporaryFolder
    private let line: PseudoTerminal
    private let log = PortLog()

    init() throws {
        folder = try TemporaryFolder("turnpike-serial")
        line = try PseudoTerminal(at: "\(folder.path)/ttyS9")
    }

    private func port(_ change: (inout SerialPort.Options) -> Void = { _ in }) throws -> SerialPort {
        var options = SerialPort.Options()
        options.backoff = { _ in .milliseconds(20) }
        change(&options)
        return try SerialPort(SerialSettings(path: line.path), options: options, handler: log.handler)
    }

    @Test("frames go out byte for byte, in order; control characters too")
    func writes() throws {
        let port = try port()
        defer { port.stop() }
        let every = (0...255).map { UInt8($0) }
        port.send([every, [0x11, 0x13, 0x0A, 0x0D, 0x04]])
        let expected = every + [0x11, 0x13, 0x0A, 0x0D, 0x04]
        #expect(line.read { $0.count >= expected.count } == expected)
    }

    @Test("what the device sends is handed over byte for byte, and not sent back to it")
    func reads() throws {
        let port = try port()
        defer { port.stop() }
        try #require(log.wait { $0 == [.opened] })
        let every = (0...255).map { UInt8($0) }
        line.send(every)
        #expect(log.wait { PortLog.bytes($0) == every })
        #expect(line.read(seconds: 0) { _ in false } == [])
    }

    @Test("a line that is not there is told once, and opened when it comes")
    func comesLater() throws {
        line.unplug()
        let port = try port()
        defer { port.stop() }
        try #require(log.wait { !$0.isEmpty })
        port.send([Array("old".utf8)])
        port.send([Array("new".utf8)])
        try line.plugIn()
        #expect(line.read { $0.count >= 3 } == Array("new".utf8), "the latest notice wins")
        #expect(log.wait { $0.count >= 2 })
        let fault = SerialFault.cannotOpen(path: line.path, settings: "9600 8N1", code: SystemError.noSuchFile)
        #expect(log.all == [.failed(fault), .opened])
        #expect(fault.description.contains("No such file"))
    }

    @Test("a converter that is pulled out and put back works again by itself")
    func replugged() throws {
        let port = try port()
        defer { port.stop() }
        port.send([[1, 2, 3]])
        #expect(line.read { $0.count >= 3 } == [1, 2, 3])
        line.unplug()
        try #require(log.wait { $0.contains(.failed(.gone(path: line.path))) })
        try line.plugIn()
        try #require(log.wait { $0.last == .opened && $0.count > 2 })
        port.send([[4, 5, 6]])
        #expect(line.read { $0.count >= 3 } == [4, 5, 6])
    }

    @Test("a device that takes nothing is given up after the limit; what waited is dropped, the newest comes later")
    func stalled() throws {
        let jam = open(line.path, O_WRONLY | O_NOCTTY | O_NONBLOCK)
        defer { close(jam) }
        let port = try port { $0.writeTimeoutMilliseconds = 100 }
        defer { port.stop() }
        try #require(log.wait { $0 == [.opened] })
        // Nobody reads: the kernel's buffer fills, and then it takes nothing.
        let much = [UInt8](repeating: 0x55, count: 4_096)
        // It makes a little room again after a moment, in the background: jammed is what stays so.
        var refused = 0
        while refused < 5 {
            let isTaken = much.withUnsafeBytes { write(jam, $0.baseAddress, $0.count) } > 0
            let one = [UInt8(0x55)].withUnsafeBytes { write(jam, $0.baseAddress, 1) } > 0
            refused = isTaken || one ? 0 : refused + 1
            var room = pollfd(fd: jam, events: Int16(POLLOUT), revents: 0)
            if refused > 0 { poll(&room, 1, 10) }
        }
        port.send([[1, 2, 3], [4]])
        let stalled = SerialPort.Event.failed(.stalled(path: line.path, milliseconds: 100))
        try #require(log.wait { $0.contains(stalled) })
        port.send([[0xAA]])
        #expect(line.read { $0.last == 0xAA }.suffix(1) == [0xAA])
        #expect(log.wait { $0.last == .opened })
        #expect(log.all == [.opened, stalled, .opened], "told once, and once that it works again")
    }

    @Test("a sign and a voice on one line do not cut each other off; a newer notice replaces only its own")
    func slots() throws {
        line.unplug()
        let port = try port()
        defer { port.stop() }
        port.send([[1], [2]], slot: 0)
        port.send([[11], [12]], slot: 1)
        port.send([[3], [4]], slot: 0)
        try line.plugIn()
        #expect(line.read { $0.count >= 4 } == [11, 12, 3, 4])
    }

    @Test("a slow device gets the newest notice after the frame it is at, not all that were missed")
    func latestWins() throws {
        let port = try port { $0.gapMilliseconds = 150 }
        defer { port.stop() }
        port.send([[1], [2], [3]])
        #expect(line.read { $0.count >= 1 } == [1])
        for number in 10..<60 { port.send([[UInt8(number)], [0xFF]]) }
        #expect(line.read { $0.last == 0xFF }.suffix(2) == [59, 0xFF])
    }

    @Test("stopping takes no longer than a moment, with the line there or not", arguments: [true, false])
    func stops(_ isThere: Bool) throws {
        if !isThere { line.unplug() }
        let port = try port { $0.backoff = { _ in .seconds(60) } }
        try #require(log.wait { !$0.isEmpty })
        let began = BootClock.now()
        port.stop()
        #expect(BootClock.now() - began < .seconds(1))
    }

    @Test("every speed of the list can be set", arguments: SerialSettings.speeds)
    func speeds(_ speed: Int) throws {
        let settings = SerialSettings(
            path: line.path, bitsPerSecond: speed, dataBits: 8, parity: .even, stopBits: 2)
        let port = try SerialPort(settings, handler: log.handler)
        defer { port.stop() }
        #expect(log.wait { $0 == [.opened] })
    }
}
