import FaceMatch
import FaceStore
import Glibc
import Host
import SQLite
import StandIns
import Testing
import Vocabulary

@Suite("Faces that are removed are gone")
struct RemovalTests {
    /// A hundred people in random order of rows, two templates each.
    private func crowd() throws -> (place: Place, store: FaceStore, sealed: [String: [[UInt8]]]) {
        let place = try Place()
        let store = try place.open()
        try store.put((0..<100).map { (try person($0 * 37 % 100), [try template($0), try template($0 + 500)]) })
        var sealed: [String: [[UInt8]]] = [:]
        for row in try place.sealed() { sealed[row.holder, default: []].append(row.sealed) }
        return (place, store, sealed)
    }

    private func expectGone(_ rows: [[UInt8]]?, from files: Windows) throws {
        // Any part of it: a page that was rewritten may keep the end of what was there.
        for sealed in try #require(rows) { #expect(!files.holdAny(of: sealed)) }
    }

    @Test("a removed person's rows are overwritten in the file, and the log is emptied")
    func removed() throws {
        let (place, store, sealed) = try crowd()
        let gone = try [0, 1, 50, 99].map { try person($0) }
        for holder in gone { try store.remove(holder) }
        let files = try place.windows()
        for holder in gone {
            try expectGone(sealed[holder.text], from: files)
        }
        #expect(files.hold(try #require(sealed[person(2).text])[0][100..<108]))
        let loaded = try Loaded(store)
        #expect(loaded.people.count == 96 && gone.allSatisfy { loaded.people[$0] == nil })
        try store.remove(gone[0])
    }

    @Test("templates that are replaced are overwritten")
    func replaced() throws {
        let (place, store, sealed) = try crowd()
        try store.put(try person(7), [try template(1_000)])
        try expectGone(sealed[person(7).text], from: place.windows())
        #expect(try Loaded(store).people[person(7)] == [try template(1_000)])
    }

    @Test("who is not on the list any more is removed, and what names nobody")
    func retained() throws {
        let (place, store, sealed) = try crowd()
        try place.tamper("UPDATE faces SET holder = '?' WHERE holder = 'member:pupil-3'")
        let kept = Set(try (0..<60).map { try person($0) } + [try person(300)])
        #expect(try store.retain(only: kept) == 41)
        let files = try place.windows()
        for number in [3] + Array(60..<100) { try expectGone(sealed[person(number).text], from: files) }
        let loaded = try Loaded(store)
        #expect(loaded.people.count == 59 && loaded.report.skipped == 0)
        #expect(try store.retain(only: kept) == 0)
        #expect(try store.retain(only: []) == 59)
        #expect(try place.sealed().isEmpty)
    }

    @Test("a removal that another reader keeps from being finished is told, and finished at the next start")
    func busy() throws {
        let (place, store, sealed) = try crowd()
        let reader = try Database(path: place.path)
        try reader.execute("BEGIN; SELECT count(*) FROM faces")
        #expect(throws: FaceStoreError.notErased(path: place.path)) { try store.remove(try person(1)) }
        #expect(try Loaded(store).people[person(1)] == nil)
        try reader.execute("COMMIT")
        _ = try place.open()
        try expectGone(sealed[person(1).text], from: place.windows())
    }

    @Test("a box that is given away keeps neither key nor faces")
    func discarded() throws {
        let place = try Place()
        do {
            let store = try place.open()
            try store.put(try person(1), [try template(1)])
        }
        let key = try PrivateFile.read(place.keyPath)
        try FaceStore.discard(in: place.folder.path)
        for suffix in ["", "-wal", "-shm"] { #expect(access(place.path + suffix, F_OK) != 0) }
        try FaceStore.discard(in: place.folder.path)
        #expect(try Loaded(place.open()).people.isEmpty)
        #expect(try PrivateFile.read(place.keyPath) != key)
    }

    @Test("more templates than a person may have are refused, and nothing of that list is written")
    func tooMany() throws {
        let place = try Place()
        let store = try place.open()
        let many = try (0..<17).map { try template($0) }
        #expect(throws: FaceStoreError.tooManyTemplates(try person(2), count: 17, limit: 16)) {
            try store.put([(try person(1), [try template(1)]), (try person(2), many)])
        }
        #expect(try Loaded(store).people.isEmpty)
        try store.put(try person(2), Array(many.dropLast()))
        #expect(try Loaded(store).report.templates == 16)
    }
}

@Suite("A power cut leaves the faces before or after", .serialized)
struct PowerCutTests {
    @Test(
        "killed at any moment of writing, all people are of one generation, the last one told or the next",
        arguments: 1...8)
    func killed(after told: Int) throws {
        let place = try Place()
        let child = try Program(Place.program("FaceStoreCrashChild"), [place.folder.path])
        _ = try #require(child.waitForLine("durable \(told)"), "\(child.lines)")
        // A transaction takes some milliseconds: another moment of one each time.
        usleep(UInt32(told * 700))
        child.kill()
        let last = try #require(child.lines.last { $0.hasPrefix("durable ") }?.split(separator: " ").last)
        let durable = try #require(Int(last))

        let loaded = try Loaded(try place.open(model: "crash-1"))
        #expect(loaded.report.skipped == 0)
        var generations: Set<Int> = []
        for (holder, templates) in loaded.people {
            #expect(templates.count == 2)
            for template in templates { generations.insert(Place.generation(of: template)) }
            #expect(holder.key.hasPrefix("pupil-"))
        }
        #expect(generations.count == 1)
        let generation = try #require(generations.first)
        #expect(generation == durable || generation == durable + 1)
        #expect(loaded.people.count == (generation.isMultiple(of: 4) ? 10 : 20))
    }
}

extension Place {
    /// It is built beside the test program.
    static func program(_ name: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
    }

    /// What the child has put into the second component.
    static func generation(of template: FaceTemplate) -> Int {
        Int(template.bytes[2]) | Int(template.bytes[3]) << 8
    }
}
