import Glibc
import Testing
import Vocabulary

@testable import GPIO

@Suite(.timeLimit(.minutes(1))) struct TwinSocketTests {
    /// A folder of its own for each test, removed with it.
    private final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/turnpike-gpio-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Unexpected() }
            path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        }

        deinit {
            unlink(socket)
            rmdir(path)
        }

        var socket: String { path + "/gpio.sock" }
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private let greeting = [
        "hello turnpike-gpio 1", "input loop 0", "input photocell 0", "output raise 0", "output lower 0",
        "output lamp 0",
    ]

    @Test("a client sees every line at its start, moves inputs and watches outputs")
    func conversation() async throws {
        let folder = try Folder()
        let log = EventLog()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start(log.handler)
        let client = try TwinTestClient(folder.socket)
        #expect(try client.lines(6) == greeting)
        try client.send("set loop 1\n")
        #expect(try client.line() == "input loop 1")
        guard case .input("loop", active: true, _) = await log.next(after: 2) else { throw Unexpected() }
        // Setting it again is answered and changes nothing.
        try client.send("set loop 1\nset loop 0\n")
        #expect(try client.lines(2) == ["input loop 1", "input loop 0"])
        guard case .input("loop", active: false, _) = await log.next() else { throw Unexpected() }
        try twin.pulse("raise", milliseconds: 20)
        let started = try client.line().split(separator: " ")
        #expect(started.prefix(3) == ["on", "raise", "20"])
        let ended = try client.line().split(separator: " ")
        #expect(ended.prefix(2) == ["off", "raise"])
        let from = try #require(started.last.flatMap { Int64($0) })
        let to = try #require(ended.last.flatMap { Int64($0) })
        #expect(to - from >= 20_000_000)
        try twin.set("lamp", active: true)
        #expect(try client.line().hasPrefix("on lamp 0 "))
        twin.close()
        #expect(try client.line().hasPrefix("off lamp "))
        #expect(try client.isEnded())
        #expect(!exists(folder.socket))
    }

    @Test("a client that comes later sees the state as it is then")
    func late() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        try twin.set("lamp", active: true)
        try twin.setInput("photocell", active: true)
        let client = try TwinTestClient(folder.socket)
        #expect(
            try client.lines(6) == [
                "hello turnpike-gpio 1", "input loop 0", "input photocell 1", "output raise 0", "output lower 0",
                "output lamp 1",
            ])
        try twin.set("lamp", active: false)
        #expect(try client.line().hasPrefix("off lamp "))
        twin.close()
    }

    @Test("every client is told of every change")
    func broadcast() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        let first = try TwinTestClient(folder.socket)
        let second = try TwinTestClient(folder.socket)
        #expect(try first.lines(6) == greeting)
        #expect(try second.lines(6) == greeting)
        try first.send("set photocell 1\n")
        #expect(try first.line() == "input photocell 1")
        #expect(try second.line() == "input photocell 1")
        twin.close()
    }

    @Test(
        "a line that is not a command is answered with an error and changes nothing",
        arguments: [
            "", "set", "set loop", "set loop 2", "set loop 1 ", " set loop 1", "set  loop 1", "SET loop 1",
            "set boom 1", "set raise 1", "set loop 1\r", "set \u{0}loop 1", "on raise 100 0", "hello",
        ])
    func garbage(line: String) throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        let client = try TwinTestClient(folder.socket)
        _ = try client.lines(6)
        try client.send(line + "\n")
        #expect(try client.line().hasPrefix("error "))
        // The next line says that nothing else was sent in between.
        try client.send("set photocell 0\n")
        #expect(try client.line() == "input photocell 0")
        #expect(try twin.read("loop") == false)
        #expect(twin.outputChanges().isEmpty)
        twin.close()
    }

    @Test("a line that is too long is an error once and is skipped to its end")
    func longLine() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        let client = try TwinTestClient(folder.socket)
        _ = try client.lines(6)
        try client.send("set loop 1" + String(repeating: "x", count: 10_000) + "\nset loop 1\n")
        #expect(try client.line() == "error line longer than 256 bytes")
        #expect(try client.line() == "input loop 1")
        twin.close()
    }

    @Test("the fifth client is told that there are four, and a place is free again when one leaves")
    func clients() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        var clients: [TwinTestClient] = []
        for _ in 0..<4 {
            clients.append(try TwinTestClient(folder.socket))
            #expect(try clients.last?.lines(6) == greeting)
        }
        let fifth = try TwinTestClient(folder.socket)
        #expect(try fifth.line() == "error 4 clients are connected already")
        #expect(try fifth.isEnded())
        clients.removeFirst()
        // The twin takes connections one at a time and sees the end of the first before it takes the next.
        let sixth = try TwinTestClient(folder.socket)
        #expect(try sixth.line() == "hello turnpike-gpio 1")
        twin.close()
    }

    @Test("a client that reads nothing is disconnected at 64 KiB and delays nobody")
    func slowClient() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        try twin.start { _ in }
        let slow = try TwinTestClient(folder.socket)
        let quick = try TwinTestClient(folder.socket)
        _ = try slow.lines(6)
        _ = try quick.lines(6)
        // More than the buffers of any socket hold.
        for change in 1...200_000 {
            try quick.send("set loop \(change % 2)\n")
            #expect(try quick.line() == "input loop \(change % 2)")
            if twinDropped(slow) { break }
        }
        #expect(twinDropped(slow))
        twin.close()
    }

    /// Whether the other end of the connection is closed, without reading from it.
    private func twinDropped(_ client: TwinTestClient) -> Bool {
        var entry = pollfd(fd: client.descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 0) == 1 && Int32(entry.revents) & POLLHUP != 0
    }

    @Test("the socket's file is for its owner only, and is gone when the driver is closed")
    func mode() throws {
        let folder = try Folder()
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        var status = stat()
        #expect(lstat(folder.socket, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        twin.close()
        #expect(!exists(folder.socket))
    }

    @Test("a stale socket is replaced, a live one is not, and a file of another kind is left alone")
    func inTheWay() throws {
        let folder = try Folder()
        let stale = try TwinTestClient.listen(folder.socket)
        #expect(throws: GPIOError.socketInUse(path: folder.socket)) {
            try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        }
        Glibc.close(stale)
        #expect(exists(folder.socket))
        let twin = try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        #expect(throws: GPIOError.socketInUse(path: folder.socket)) {
            try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        }
        twin.close()
        let file = open(folder.socket, O_CREAT | O_WRONLY, 0o600)
        Glibc.close(file)
        #expect(throws: GPIOError.notASocket(path: folder.socket)) {
            try GPIOTwin(board: laneBoard(), socketPath: folder.socket)
        }
        #expect(exists(folder.socket))
    }

    @Test("a path is at most 107 bytes and its folder must exist")
    func paths() throws {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: GPIOError.socketPathTooLong(path: long, limit: 107)) {
            try GPIOTwin(board: laneBoard(), socketPath: long)
        }
        #expect(throws: GPIOError.socketFailed(path: "/nowhere/gpio.sock", action: "bind", code: ENOENT)) {
            try GPIOTwin(board: laneBoard(), socketPath: "/nowhere/gpio.sock")
        }
    }

    @Test("a line is 256 bytes at most, however it is cut", arguments: [1, 7, 255, 256, 257, 1_000])
    func lineBuffer(piece: Int) {
        let longest = [UInt8](repeating: UInt8(ascii: "a"), count: 256)
        let text = longest + Array("\n".utf8) + longest + Array("b\n\nend\npartial".utf8)
        var buffer = LineBuffer()
        var items: [LineBuffer.Item] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            items += buffer.take(text[start..<min(start + piece, text.count)])
        }
        #expect(items == [.line(longest), .tooLong, .line([]), .line(Array("end".utf8))])
    }
}
