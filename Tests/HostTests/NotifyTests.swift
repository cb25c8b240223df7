import Glibc
import Testing
import Vocabulary

@testable import Host

@Suite("service manager")
struct NotifyTests {
    @Test("the service manager hears what it is told, by path and by abstract name", arguments: [false, true])
    func messages(isAbstract: Bool) throws {
        let listener = try Listener(isAbstract: isAbstract)
        let notify = Notify(path: listener.name, watchdogMicroseconds: 10_000_000)
        #expect(notify.watchdogInterval == .seconds(10))
        #expect(notify.ready(status: "2 lanes\nREADY=0"))
        #expect(listener.receive() == "READY=1\nSTATUS=2 lanes READY=0")
        #expect(notify.watchdog())
        #expect(listener.receive() == "WATCHDOG=1")
        #expect(notify.status("draining"))
        #expect(listener.receive() == "STATUS=draining")
        #expect(notify.stopping())
        #expect(listener.receive() == "STOPPING=1")
    }

    @Test(
        "with nobody to tell, nothing is sent and nothing fails",
        arguments: [nil, "", "relative/path", "/" + String(repeating: "x", count: 107), "/tmp/turnpike-nobody-listens"])
    func nobody(path: String?) {
        let notify = Notify(path: path, watchdogMicroseconds: nil)
        #expect(!notify.ready())
        #expect(!notify.watchdog())
        #expect(notify.watchdogInterval == nil)
    }

    @Test("a watchdog interval that is no interval means no watchdog", arguments: [0, -1, Int64.max])
    func badInterval(microseconds: Int64) {
        #expect(Notify(path: nil, watchdogMicroseconds: microseconds).watchdogInterval == nil)
    }
}

/// Stands for the service manager's socket.
private final class Listener {
    let name: String
    private let socket: Int32

    init(isAbstract: Bool) throws {
        let unique = "turnpike-notify-\(SecureRandom.bits64())"
        name = isAbstract ? "@" + unique : "/tmp/" + unique
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        try #require(bound == 0)
    }

    deinit {
        close(socket)
        if name.hasPrefix("/") { unlink(name) }
    }

    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
