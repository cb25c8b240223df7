import CanteenFit
import FaceTerminal
import Testing
import Vocabulary
import Wire

@Suite("Whom face terminals should know")
struct FaceRosterTests {
    private var roster = FaceRoster(pictures: "http://box/faces/{person}.jpg")

    private func person(_ name: String, version: Int64?) throws -> Person {
        let face = version.map { FaceTag(version: $0, digest: String(repeating: "0", count: 64)) }
        return Person(holder: Holder(.member, try Slug(name)), name: "张*", group: try Slug("pupil"), face: face)
    }

    @Test("everybody with a face on the list, each with the address of their picture and its version")
    mutating func faces() throws {
        let list = [try person("p1", version: 3), try person("p2", version: nil)]
        let news = try #require(roster.hear(version: 5) { list })
        let expected = try FacePerson(id: "p1", name: "张*", pictureURI: "http://box/faces/p1.jpg", version: 3)
        #expect(news.faces == [expected] && news.unfit.isEmpty && roster.faces == [expected])
        // The same list is not made again.
        #expect(
            roster.hear(version: 5) {
                Issue.record("asked again"); return []
            } == nil)
    }

    @Test("a box that has no list yet, as after its journal was replaced, takes nobody away from its terminals")
    mutating func noList() throws {
        #expect(roster.hear(version: 0) { [] } == nil)
        #expect(roster.faces == nil)
        // A list that has come is whole, be it empty.
        let news = try #require(roster.hear(version: 1) { [] })
        #expect(news.faces.isEmpty && roster.faces == [])
    }

    @Test("whose consent was withdrawn is taken away; who has a new picture has another version")
    mutating func changes() throws {
        let before = [try person("p1", version: 1), try person("p2", version: 1)]
        _ = roster.hear(version: 5) { before }
        let after = [try person("p1", version: nil), try person("p2", version: 2)]
        let news = try #require(roster.hear(version: 6) { after })
        #expect(news.faces.map(\.id) == ["p2"] && news.faces.map(\.version) == [2])
    }

    @Test("a name that is too long for terminals is told, and holds up nobody")
    mutating func unfit() throws {
        let long = String(repeating: "p", count: 49)
        let list = [try person(long, version: 1), try person("p2", version: 1)]
        let news = try #require(roster.hear(version: 5) { list })
        #expect(news.unfit.map(\.holder.key) == [long] && news.faces.map(\.id) == ["p2"])
    }
}
