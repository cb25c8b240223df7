import FaceMatch
import FaceStore
import Glibc
import Host
import SQLite
import Testing
import Vocabulary

@Suite("Enrolled faces are sealed")
struct SealingTests {
    private func three() throws -> Place {
        let place = try Place()
        let store = try place.open()
        try store.put([
            (try person(1), [try template(1), try template(11)]), (try person(2), [try template(2)]),
            (try person(3), [try template(3)]),
        ])
        return place
    }

    @Test("what is put is there after a restart, for the gallery to be filled with")
    func roundTrip() throws {
        let place = try three()
        let loaded = try Loaded(place.open())
        #expect(
            loaded.people == [
                try person(1): [try template(1), try template(11)], try person(2): [try template(2)],
                try person(3): [try template(3)],
            ])
        #expect(loaded.report.templates == 4 && loaded.report.skipped == 0)
        var gallery = FaceGallery(policy: try FacePolicy(thresholdThousandths: 420, marginThousandths: 60))
        for (holder, templates) in loaded.people {
            for template in templates { try gallery.enrol(template, for: holder) }
        }
        #expect(
            gallery.match(FaceReading(vector: vector(11), isLive: true))
                == .person(try person(1), similarity: FaceSimilarity(millionths: 1_000_000)))
    }

    @Test("no part of a template, a vector or the key stands in the files, which are their owner's alone")
    func noPlainBytes() throws {
        let place = try Place()
        let store = try place.open()
        for number in 0..<40 { try store.put(try person(number), [try template(number)]) }
        let files = try place.windows(), sealed = try place.sealed()
        for number in 0..<40 {
            // The other way round: what is sealed is found, so that the search is worth something.
            #expect(files.hold(sealed[number].sealed[100..<108]))
            #expect(!files.holdAny(of: try template(number).bytes))
            #expect(!files.holdAny(of: vector(number).withUnsafeBytes { [UInt8]($0) }))
        }
        let key = try PrivateFile.read(place.keyPath)
        #expect(key.count == 32 && !files.holdAny(of: key))
        for path in [place.path, place.path + "-wal", place.keyPath] {
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600, "\(path)")
        }
    }

    @Test("the same template is never sealed to the same bytes twice")
    func nonces() throws {
        let place = try Place()
        let store = try place.open()
        for number in 0..<30 { try store.put(try person(number), [try template(1)]) }
        let sealed = try place.sealed().map(\.sealed)
        #expect(Set(sealed).count == 30 && Set(sealed.map { $0.prefix(12) }).count == 30)
    }

    @Test("a flipped bit anywhere in a row is refused, and the other rows are read")
    func flippedBits() throws {
        let place = try three()
        let row = try place.sealed()[2]
        #expect(row.sealed.count == 12 + FaceTemplate.byteCount + 16)
        for position in [0, 11, 12, 13, 500, 1_035, 1_036, 1_051] {
            for bit in [0, 7] {
                var bytes = row.sealed
                bytes[position] ^= 1 << bit
                try place.tamper(
                    "UPDATE faces SET sealed = x'\(Hexadecimal.text(bytes))' WHERE row = \(row.row)")
                let loaded = try Loaded(place.open())
                #expect(loaded.people.keys.sorted() == [try person(1), try person(3)])
                #expect(
                    loaded.report.faults == [
                        FaceRowFault(row: row.row, holder: try person(2), cause: .notSealedForThisPerson)
                    ])
            }
        }
        for length in [0, 12, 27, 28, 1_051] {
            let text = Hexadecimal.text(Array(row.sealed.prefix(length)))
            try place.tamper("UPDATE faces SET sealed = x'\(text)' WHERE row = \(row.row)")
            #expect(try Loaded(place.open()).report.skipped == 1)
        }
    }

    @Test("a row that is moved to another person, another place or another model is refused")
    func moved() throws {
        let place = try three()
        // Two people swap faces.
        try place.tamper(
            """
            UPDATE faces SET holder = 'member:pupil-9' WHERE holder = 'member:pupil-2';
            UPDATE faces SET holder = 'member:pupil-2' WHERE holder = 'member:pupil-3';
            UPDATE faces SET holder = 'member:pupil-3' WHERE holder = 'member:pupil-9';
            """)
        var loaded = try Loaded(place.open())
        #expect(loaded.people.keys.sorted() == [try person(1)])
        #expect(loaded.report.faults.map(\.cause) == [.notSealedForThisPerson, .notSealedForThisPerson])
        // A person's two templates swap places: harmless, but nobody of ours does that.
        try place.tamper(
            """
            UPDATE faces SET slot = 7 WHERE holder = 'member:pupil-1' AND slot = 0;
            DELETE FROM faces WHERE holder <> 'member:pupil-1';
            """)
        loaded = try Loaded(place.open())
        #expect(loaded.people == [try person(1): [try template(11)]])
        try place.tamper("UPDATE faces SET model = 'arc-2'")
        loaded = try Loaded(place.open(model: "arc-2"))
        #expect(loaded.people.isEmpty && loaded.report.skipped == 2)
        #expect(loaded.report.faults.first?.cause == .notSealedForThisPerson)
        try place.tamper("UPDATE faces SET holder = 'pupil-1'")
        #expect(try Loaded(place.open()).report.faults.map(\.cause) == [.noHolder, .noHolder])
    }

    @Test("a row that another box has sealed for the same person is refused")
    func foreign() throws {
        let (place, other) = (try three(), try three())
        let foreign = try other.sealed()[2]
        try place.tamper(
            "UPDATE faces SET sealed = x'\(Hexadecimal.text(foreign.sealed))' WHERE holder = '\(foreign.holder)'")
        let loaded = try Loaded(place.open())
        #expect(loaded.people[try person(2)] == nil && loaded.report.templates == 3)
    }

    @Test("templates of another face model are kept, told of, and not handed on")
    func otherModel() throws {
        let place = try three()
        var loaded = try Loaded(place.open(model: "arc-2"))
        #expect(loaded.people.isEmpty && loaded.report.faults.map(\.cause).allSatisfy { $0 == .otherModel })
        #expect(loaded.report.skipped == 4)
        try place.open(model: "arc-2").put(try person(1), [try template(21)])
        loaded = try Loaded(place.open(model: "arc-2"))
        #expect(loaded.people == [try person(1): [try template(21)]] && loaded.report.skipped == 2)
        #expect(try Loaded(place.open()).people.keys.sorted() == [try person(2), try person(3)])
    }

    @Test("of many faults the first hundred are told one by one")
    func faults() throws {
        let place = try Place()
        let store = try place.open()
        try store.put((0..<120).map { (try person($0), [try template(1)]) })
        try place.tamper("UPDATE faces SET sealed = x'00' WHERE row > 5")
        let report = try Loaded(store).report
        #expect(report.templates == 5 && report.skipped == 115 && report.faults.count == 100)
        let text = try #require(report.faults.first?.description)
        #expect(text.contains("row 6 ") && text.contains("member pu***-5"), "\(text)")
    }
}
