import FaceMatch
import FaceStore
import Glibc
import Host
import SQLite
import StandIns
import Testing
import Vocabulary

@Suite("Enrolled faces that cannot be trusted as a whole are not opened")
struct OpeningTests {
    private func filled() throws -> Place {
        let place = try Place()
        let store = try place.open()
        try store.put(try person(1), [try template(1)])
        return place
    }

    /// The error, and that nothing was changed by trying.
    private func refusal(_ place: Place) throws -> FaceStoreError? {
        let before = try place.bytes()
        do throws(FaceStoreError) {
            _ = try FaceStore(folder: place.folder.path, model: Slug.arc)
            return nil
        } catch {
            #expect(try place.sealed().count == 1)
            #expect(try place.bytes().count == before.count)
            return error
        }
    }

    @Test("without the key, with a key of another length or of another box, nothing is opened")
    func keys() throws {
        let place = try filled()
        let key = try PrivateFile.read(place.keyPath)
        unlink(place.keyPath)
        #expect(try refusal(place) == .keyMissing(path: place.keyPath))
        #expect(access(place.keyPath, F_OK) != 0)
        try PrivateFile.write(Array(key.dropLast()), to: place.keyPath)
        #expect(try refusal(place) == .notAKey(path: place.keyPath, bytes: 31))
        try PrivateFile.write(key.map { $0 ^ 1 }, to: place.keyPath)
        #expect(try refusal(place) == .wrongKey(path: place.path))
        try PrivateFile.write(key, to: place.keyPath)
        chmod(place.keyPath, 0o640)
        guard case .file(let error)? = try refusal(place) else {
            Issue.record("a key that others may read was taken")
            return
        }
        #expect(error.cause == .exposed(mode: 0o640))
        chmod(place.keyPath, 0o600)
        #expect(try Loaded(place.open()).people.count == 1)
    }

    @Test("a file of a newer program, and another program's database, are refused")
    func foreignFiles() throws {
        let place = try filled()
        try place.tamper("PRAGMA user_version = 2")
        #expect(try refusal(place) == .newerSchema(path: place.path, found: 2, supported: 1))
        try place.tamper("PRAGMA user_version = 1; PRAGMA application_id = 7")
        #expect(try refusal(place) == .notAFaceStore(path: place.path))
        try place.tamper("PRAGMA application_id = \(0x5450_4B46); DELETE FROM meta")
        #expect(
            try refusal(place) == .damaged(path: place.path, why: "its row about itself is missing"))
    }

    @Test("a file that is no database at all is refused, and is as it was")
    func garbage() throws {
        let place = try Place()
        let garbage = Array(String(repeating: "no database ", count: 1_000).utf8)
        try PrivateFile.write(garbage, to: place.path)
        #expect { try place.open() } throws: { error in
            guard case FaceStoreError.damaged(place.path, _) = error else { return false }
            return true
        }
        #expect(try TextFile.read(place.path) == garbage)
    }

    @Test("a folder that is not there is said, with its path")
    func noFolder() throws {
        #expect { try FaceStore(folder: "/nowhere/at-all", model: Slug.arc) } throws: { error in
            "\(error)".contains("/nowhere/at-all/faces.db") && "\(error)".contains("No such file")
        }
    }

    @Test("the power went after the key was made, or after the file was: it begins all the same")
    func halfMade() throws {
        let place = try Place()
        try PrivateFile.write([UInt8](repeating: 7, count: 32), to: place.keyPath)
        try PrivateFile.write([], to: place.path)
        try place.open().put(try person(1), [try template(1)])
        #expect(try Loaded(place.open()).people.count == 1)
    }
}

extension Slug {
    static let arc: Slug = {
        guard let slug = try? Slug("arc-1") else { preconditionFailure("it is a name") }
        return slug
    }()
}
