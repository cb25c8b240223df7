import FaceMatch
import FaceModule
import FaceStore
import Glibc
import Host
import SQLite
import Serial
import StandIns
import Synchronization
import Testing
import Vocabulary

private let gate = try! Slug("gate-1")
private let arc = try! Slug("arc-1")

private func pupil(_ number: Int) throws -> Holder { Holder(.member, try Slug("pupil-\(number)")) }

/// What a link and a keeper told.
private final class Told: Sendable {
    let link = Monitor<[FaceModuleNews]>([])
    let gallery = Monitor<[FaceGalleryNews]>([])

    func waitLink(seconds: Int64 = 10, _ isIt: @escaping (FaceModuleNews) -> Bool) -> Bool {
        link.wait(until: BootClock.now() + .seconds(seconds)) { $0.contains(where: isIt) ? true : nil } ?? false
    }

    func waitGallery(_ isIt: @escaping (FaceGalleryNews) -> Bool) -> Bool {
        gallery.wait(until: BootClock.now() + .seconds(10)) { $0.contains(where: isIt) ? true : nil } ?? false
    }

    func waitVerdicts(_ count: Int) -> Bool {
        link.wait(until: BootClock.now() + .seconds(10)) { news in
            news.count { if case .verdict = $0 { true } else { false } } >= count ? true : nil
        } ?? false
    }

    func waitUps(_ count: Int) -> Bool {
        link.wait(until: BootClock.now() + .seconds(10)) { news in
            news.count { if case .up = $0 { true } else { false } } >= count ? true : nil
        } ?? false
    }

    /// The verdicts, in order.
    var verdicts: [FaceVerdict] {
        link.withLock { $0.compactMap { if case .verdict(_, let verdict) = $0 { verdict } else { nil } } }
    }
}

@Suite("Faces that modules see", .serialized)
struct FaceModuleLinkTests {
    private let told = Told()
    private let folder: TemporaryFolder
    private let policy: FacePolicy

    init() throws {
        folder = try TemporaryFolder("turnpike-modules")
        policy = try FacePolicy(thresholdThousandths: 420, marginThousandths: 60)
    }

    private func keeper(most: Int = 100_000, retainPause: Uptime.Span = .seconds(30)) throws -> FaceGalleryKeeper {
        let told = told
        return try FaceGalleryKeeper(
            folder: folder.path, model: arc, policy: policy, mostTemplates: most, retainPause: retainPause
        ) { news in
            told.gallery.withLock { $0.append(news) }
            told.gallery.wakeAll()
        }
    }

    private func link(
        _ connection: FaceModules.Module.Connection, _ keeper: FaceGalleryKeeper, silence: Uptime.Span = .seconds(15)
    ) throws -> FaceModuleLink {
        let told = told
        return try FaceModuleLink(
            FaceModules(model: arc, policy: policy, modules: [.init(lane: gate, connection: connection)]),
            silence: silence, gallery: { keeper.gallery }
        ) { news in
            told.link.withLock { $0.append(news) }
            told.link.wakeAll()
        }
    }

    private func isPerson(_ news: FaceModuleNews, _ holder: Holder) -> Bool {
        if case .verdict(gate, .person(let found, _)) = news { found == holder } else { false }
    }

    @Test("an enrolled face is recognised over a serial line, also after a restart, and no longer when the person left")
    func serial() throws {
        let line = try PseudoTerminal(at: folder.path + "/module")
        let first = try keeper()
        try first.enrol([(try pupil(1), [vector(1)]), (try pupil(2), [vector(2), vector(3)])])
        #expect(told.waitGallery { $0 == .holds(people: 2, templates: 3, nil) })
        first.stop()
        let keeper = try keeper()
        defer { keeper.stop() }
        #expect(
            told.waitGallery {
                if case .holds(2, 3, let report?) = $0 { report.templates == 3 && report.skipped == 0 } else { false }
            })
        let link = try link(.serial(SerialSettings(path: line.path, bitsPerSecond: 115_200)), keeper)
        defer { link.stop() }
        let holder = try pupil(2)
        // Until the line is open nobody hears it.
        #expect(
            (0..<20).contains { _ in
                line.send(faceLine(vector(3)))
                return told.waitLink(seconds: 1) { isPerson($0, holder) }
            })
        try keeper.retain(only: [try pupil(1)])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        let before = told.verdicts.count
        line.send(faceLine(vector(3)))
        #expect(told.waitVerdicts(before + 1))
        guard case .unknown? = told.verdicts.last else {
            Issue.record("who left is still recognised")
            return
        }
        var left: [String] = []
        _ = try FaceStore(folder: folder.path, model: arc).load { holder, _ in left.append(holder.key) }
        #expect(left == ["pupil-1"])
    }

    @Test("a module's program on this machine is listened to, missed when it ends, and heard again")
    func program() throws {
        let keeper = try keeper()
        defer { keeper.stop() }
        let module = try ModuleProgram()
        let link = try link(.port(module.port), keeper)
        defer { link.stop() }
        module.send(Array("{\"v\":1,\"model\":\"arc-1\",\"alive\":true}\n".utf8))
        #expect(told.waitLink { $0 == .up(gate) })
        module.send(faceLine(vector(1), live: "false", quality: 500))
        #expect(told.waitLink { $0 == .verdict(gate, .notLive) })
        module.send(faceLine(vector(1), quality: 499))
        #expect(told.waitLink { $0 == .poor(gate) })
        let other = try Slug("arc-2")
        for _ in 0..<3 { module.send(faceLine(vector(1), model: "arc-2")) }
        #expect(told.waitLink { $0 == .otherModel(gate, other) })
        module.send(Array("garbage\ngarbage\n".utf8) + faceLine(vector(1)))
        #expect(told.waitLink { $0 == .verdict(gate, .unknown(best: nil)) })
        // Each face is told of once.
        #expect(told.verdicts.count == 2)
        // Half a line is nothing when the line breaks, and does not spoil the next.
        module.send(Array("{\"v\":1,".utf8))
        module.hangUp()
        #expect(told.waitLink { if case .down = $0 { true } else { false } })
        module.send(faceLine(vector(1)))
        #expect(told.waitUps(2))
        let all = told.link.withLock { $0 }
        #expect(all.count { $0 == .otherModel(gate, other) } == 1)
        #expect(all.count { if case .garbage = $0 { true } else { false } } == 1)
        #expect(all.count { if case .down = $0 { true } else { false } } == 1)
    }

    @Test("of the faces that come while another is compared only the newest is")
    func newest() throws {
        let keeper = try keeper()
        defer { keeper.stop() }
        try keeper.enrol([(try pupil(2), [vector(2)]), (try pupil(3), [vector(3)])])
        #expect(told.waitGallery { $0 == .holds(people: 2, templates: 2, nil) })
        let module = try ModuleProgram()
        let asked = Monitor(0), mayGoOn = Monitor(false)
        let told = told
        let link = try FaceModuleLink(
            FaceModules(model: arc, policy: policy, modules: [.init(lane: gate, connection: .port(module.port))]),
            gallery: {
                asked.withLock { $0 += 1 }
                asked.wakeAll()
                _ = mayGoOn.wait(until: BootClock.now() + .seconds(10)) { $0 ? true : nil }
                return keeper.gallery
            }
        ) { news in
            told.link.withLock { $0.append(news) }
            told.link.wakeAll()
        }
        defer { link.stop() }
        module.send(faceLine(vector(1)))
        #expect(asked.wait(until: BootClock.now() + .seconds(10)) { $0 == 1 ? true : nil } == true)
        // What is told after them was read after them.
        module.send(faceLine(vector(2)) + faceLine(vector(3)) + faceLine(vector(1), model: "arc-2"))
        #expect(told.waitLink { if case .otherModel = $0 { true } else { false } })
        mayGoOn.withLock { $0 = true }
        mayGoOn.wakeAll()
        #expect(told.waitVerdicts(2))
        let third = try pupil(3)
        #expect(told.link.withLock { $0.contains { isPerson($0, third) } })
        #expect(told.verdicts.count == 2)
    }

    @Test("a person's new faces take the place of the old ones")
    func replaced() throws {
        let keeper = try keeper()
        defer { keeper.stop() }
        let person = try pupil(1)
        try keeper.enrol([(person, [vector(1), vector(2)])])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 2, nil) })
        try keeper.enrol([(person, [vector(3)])])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        guard case .unknown = keeper.gallery.match(FaceReading(vector: vector(1), isLive: true)) else {
            Issue.record("an old face is still recognised")
            return
        }
    }

    @Test("256 batches wait for the disk, and one more is refused; after the end none is taken")
    func bounds() throws {
        let isHeld = Monitor(true)
        let keeper = try FaceGalleryKeeper(folder: folder.path, model: arc, policy: policy) { _ in
            _ = isHeld.wait(until: BootClock.now() + .seconds(10)) { $0 ? nil : true }
        }
        #expect(throws: FaceGalleryKeeper.Refusal.tooManyPeople(1_001)) {
            try keeper.enrol((0..<1_001).map { (try pupil($0), []) })
        }
        // The keeper's thread is held by the first that it tells, before it takes any.
        var taken = 0
        while taken < 600, (try? keeper.retain(only: [])) != nil { taken += 1 }
        #expect(taken == 256)
        isHeld.withLock { $0 = false }
        isHeld.wakeAll()
        keeper.stop()
        #expect(throws: FaceGalleryKeeper.Refusal.busy) { try keeper.retain(only: []) }
    }

    @Test("a module that is silent, or sends only garbage, is told as down, once")
    func silence() throws {
        let keeper = try keeper()
        defer { keeper.stop() }
        let module = try ModuleProgram()
        let link = try link(.port(module.port), keeper, silence: .milliseconds(400))
        defer { link.stop() }
        module.send(faceLine(vector(1)))
        #expect(told.waitLink { $0 == .up(gate) })
        let garbage = try HostThread(name: "garbage") {
            for _ in 0..<10 {
                module.send([0x41, 10])
                usleep(50_000)
            }
        }
        #expect(told.waitLink { if case .down(gate, let why) = $0 { why.contains("says nothing") } else { false } })
        garbage.join()
        #expect(told.link.withLock { $0.count { if case .down = $0 { true } else { false } } } == 1)
    }

    @Test("while many are enrolled, faces are compared with the gallery as it was, and with the new one after")
    func swap() throws {
        let keeper = try keeper()
        defer { keeper.stop() }
        try keeper.enrol([(try pupil(1), [vector(1)])])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        let before = keeper.gallery
        var batch: [(holder: Holder, vectors: [[Float]])] = []
        for number in 2...1_001 { batch.append((try pupil(number), [vector(UInt64(number))])) }
        try keeper.enrol(batch)
        // Neither waits for the disk.
        let began = BootClock.now()
        let during = keeper.gallery
        #expect(BootClock.now() - began < .milliseconds(100))
        #expect(during.personCount == 1 || during.personCount == 1_001)
        #expect(told.waitGallery { $0 == .holds(people: 1_001, templates: 1_001, nil) })
        #expect(before.personCount == 1)
        guard
            case .person(let holder, _) = keeper.gallery.match(FaceReading(vector: vector(777), isLive: true))
        else {
            Issue.record("the last of many is not recognised")
            return
        }
        #expect(try holder == pupil(777))
    }

    @Test("what is no face is not enrolled, nobody of its batch is; who finds no room is told")
    func refused() throws {
        let keeper = try keeper(most: 2)
        defer { keeper.stop() }
        let first = try pupil(1), second = try pupil(2)
        #expect(throws: FaceGalleryKeeper.Refusal.badVector(second, .wrongLength(found: 3))) {
            try keeper.enrol([(first, [vector(1)]), (second, [[1, 2, 3]])])
        }
        #expect(throws: FaceGalleryKeeper.Refusal.tooManyTemplates(first, 17)) {
            try keeper.enrol([(first, (0..<17).map { vector($0) })])
        }
        try keeper.enrol([(first, [vector(1)]), (second, [vector(2), vector(3)])])
        #expect(told.waitGallery { $0 == .full([second]) })
        #expect(keeper.gallery.templateCount == 2)
    }

    private func onDisk() throws -> Set<Holder> {
        var holders: Set<Holder> = []
        _ = try FaceStore(folder: folder.path, model: arc).load { holder, _ in holders.insert(holder) }
        return holders
    }

    @Test("who left while the disk refuses is gone from it once it works, and not recognised in between")
    func retainedLater() throws {
        let (stays, leaves) = (try pupil(1), try pupil(2))
        let first = try keeper()
        try first.enrol([(stays, [vector(1)]), (leaves, [vector(2)])])
        #expect(told.waitGallery { $0 == .holds(people: 2, templates: 2, nil) })
        first.stop()
        let key = FaceStore.keyPath(in: folder.path)
        rename(key, key + ".away")
        let second = try keeper(retainPause: .milliseconds(100))
        try second.retain(only: [stays])
        #expect(told.waitGallery { if case .store(.keyMissing) = $0 { true } else { false } })
        rename(key + ".away", key)
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        second.stop()
        #expect(try onDisk() == [stays])
        #expect(!told.gallery.withLock { $0.contains { if case .holds(2, _, _?) = $0 { true } else { false } } })
    }

    @Test("who is enrolled while a removal waits for the disk stays when it is done")
    func enrolledMeanwhile() throws {
        let (stays, leaves, comes) = (try pupil(1), try pupil(2), try pupil(3))
        let keeper = try keeper(retainPause: .seconds(2))
        try keeper.enrol([(stays, [vector(1)]), (leaves, [vector(2)])])
        #expect(told.waitGallery { $0 == .holds(people: 2, templates: 2, nil) })
        // Somebody else writes: the store gives up after a second.
        var options = DatabaseOptions()
        options.access = .readWrite
        let other = try Database(path: FaceStore.path(in: folder.path), options: options)
        try other.execute("BEGIN IMMEDIATE")
        try keeper.retain(only: [stays])
        #expect(told.waitGallery { if case .store(.database) = $0 { true } else { false } })
        #expect(keeper.gallery.personCount == 1)
        try other.execute("ROLLBACK")
        told.gallery.withLock { $0 = [] }
        try keeper.enrol([(comes, [vector(3)])])
        // Once for the person, once for the removal.
        #expect(
            told.gallery.wait(until: BootClock.now() + .seconds(10)) { news in
                news.count { $0 == .holds(people: 2, templates: 2, nil) } == 2 ? true : nil
            } ?? false)
        keeper.stop()
        #expect(try onDisk() == [stays, comes])
    }

    @Test("without its key the store is told as faulty and nobody is recognised; nothing on disk is changed")
    func noKey() throws {
        let first = try keeper()
        try first.enrol([(try pupil(1), [vector(1)])])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        first.stop()
        unlink(FaceStore.keyPath(in: folder.path))
        let second = try keeper()
        #expect(told.waitGallery { if case .store(.keyMissing) = $0 { true } else { false } })
        try second.enrol([(try pupil(2), [vector(2)])])
        second.stop()
        #expect(second.gallery.personCount == 0)
        #expect(told.gallery.withLock { $0.count { if case .store = $0 { true } else { false } } } == 1)
    }

    @Test("when its key is back the store works again, and who was enrolled is recognised")
    func keyIsBack() throws {
        let first = try keeper()
        try first.enrol([(try pupil(1), [vector(1)])])
        #expect(told.waitGallery { $0 == .holds(people: 1, templates: 1, nil) })
        first.stop()
        let key = FaceStore.keyPath(in: folder.path)
        #expect(rename(key, key + ".away") == 0)
        let second = try keeper()
        defer { second.stop() }
        #expect(told.waitGallery { if case .store(.keyMissing) = $0 { true } else { false } })
        #expect(rename(key + ".away", key) == 0)
        try second.enrol([(try pupil(2), [vector(2)])])
        #expect(told.waitGallery { $0 == .holds(people: 2, templates: 2, nil) })
        #expect(told.waitGallery { $0 == .store(nil) })
    }
}

/// A module's program: it listens, and talks to whoever has connected.
private final class ModuleProgram: Sendable {
    let port: Int
    private let listener: Int32
    private let client = Monitor<Int32>(-1)

    init() throws {
        let wanted = try Loopback.freePort()
        port = wanted
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(wanted).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let listener = listener
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) | listen(listener, 8)
            }
        }
        guard result == 0 else { throw StandInError.file("no listener") }
        // Ends with the listener.
        _ = try HostThread(name: "module") { [client] in
            while true {
                let next = accept(listener, nil, nil)
                guard next >= 0 else { return }
                client.withLock { $0 = next }
                client.wakeAll()
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        hangUp()
    }

    func send(_ bytes: [UInt8]) {
        let socket = client.wait(until: BootClock.now() + .seconds(10)) { $0 >= 0 ? $0 : nil } ?? -1
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func hangUp() {
        client.withLock { socket in
            if socket >= 0 { close(socket) }
            socket = -1
        }
    }
}
