import FaceTerminal
import Testing
import Vocabulary

@Suite("People are brought to a terminal")
struct FacePushTests {
    private func person(_ id: String, _ version: Int64 = 1) throws -> FacePerson {
        try FacePerson(id: id, name: "*", pictureURI: "http://b/\(id)", version: version)
    }

    private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1_000) }

    private func push(_ has: [String: Int64] = [:], batch: Int = 2) -> FacePush {
        FacePush(has: has, prefix: "t", settings: .init(batch: batch))
    }

    private func ack(_ number: Int, _ added: [String], _ failed: [String: String] = [:]) -> FaceAck {
        FaceAck(messageID: "t-\(number)", command: "EditPersonsNew", isOK: true, added: added, failed: failed)
    }

    @Test("batches go one after the other, each when the one before it is answered")
    func batches() throws {
        var push = push()
        let people = try ["a", "b", "c"].map { try person($0) }
        #expect(
            try push.want(people, at: at(0)) == [
                .note(person: "a", version: 0), .note(person: "b", version: 0),
                .send(.edit(Array(people[..<2])), messageID: "t-1"),
            ])
        #expect(try push.want(people, at: at(1)) == [])
        #expect(
            push.take(ack(1, ["a", "b"]), at: at(2)) == [
                .note(person: "a", version: 1), .note(person: "b", version: 1), .note(person: "c", version: 0),
                .send(.edit([people[2]]), messageID: "t-2"),
            ])
        #expect(push.take(ack(1, ["a", "b"]), at: at(3)) == [])
        #expect(push.take(ack(2, ["c"]), at: at(3)) == [.note(person: "c", version: 1)])
        #expect(push.remaining == 0 && push.deadline == nil)
    }

    @Test("after a restart only what is missing, changed or uncertain is sent, and who is not wanted goes first")
    func restart() throws {
        var push = push(["a": 1, "b": 1, "c": 0, "gone": 1, "perhaps": 0], batch: 9)
        let wanted = [try person("a"), try person("b", 2), try person("c")]
        #expect(try push.want(wanted, at: at(0)) == [.send(.delete(person: "gone"), messageID: "t-1")])
        let done = FaceAck(messageID: "t-1", command: "DelPerson", isOK: true)
        #expect(
            push.take(done, at: at(1)) == [
                .note(person: "gone", version: nil), .send(.delete(person: "perhaps"), messageID: "t-2"),
            ])
        let next = push.take(FaceAck(messageID: nil, command: "DelPerson", isOK: true), at: at(2))
        #expect(next.last == .send(.edit([wanted[1], wanted[2]]), messageID: "t-3"))
    }

    @Test("before the first list nobody is deleted")
    func noList() {
        var push = push(["a": 1])
        #expect(push.connected(at: at(0)) == [] && push.tick(at: at(9_999)) == [])
    }

    @Test("no answer: the same message again, a bound of attempts, a rest, and again", arguments: [119, 120])
    func silent(_ seconds: Int64) throws {
        var push = push()
        let people = [try person("a")]
        _ = try push.want(people, at: at(0))
        let again = FacePush.Action.send(.edit(people), messageID: "t-1")
        #expect(push.tick(at: at(seconds)) == (seconds == 120 ? [again] : []))
        guard seconds == 120 else { return }
        #expect(push.tick(at: at(240)) == [again])
        #expect(push.tick(at: at(360)) == [.silent(attempts: 3)])
        #expect(push.tick(at: at(659)) == [])
        #expect(push.tick(at: at(660)) == [again])
        #expect(push.tick(at: at(780)) == [again])
        #expect(push.connected(at: at(781)) == [again])
        #expect(push.deadline == at(901))
    }

    @Test("a person who is refused does not hold up the others, and is tried again when changed or connected anew")
    func refused() throws {
        var push = push()
        _ = try push.want([try person("a"), try person("b")], at: at(0))
        #expect(
            push.take(ack(1, ["a"], ["b": "464"]), at: at(1)) == [
                .note(person: "a", version: 1), .refused(person: "b", code: "464"),
            ])
        #expect(push.remaining == 0)
        let changed = try person("b", 2)
        let again = try push.want([try person("a"), changed], at: at(2))
        #expect(again.last == .send(.edit([changed]), messageID: "t-2"))
        _ = push.take(ack(2, [], ["b": "464"]), at: at(3))
        #expect(push.connected(at: at(4)).last == .send(.edit([changed]), messageID: "t-3"))
    }

    @Test("who is not named by the answer was not taken on, unless the count says all were", arguments: [1, 2])
    func counted(_ count: Int64) throws {
        var push = push()
        _ = try push.want([try person("a"), try person("b")], at: at(0))
        var answer = ack(1, [])
        answer.addedCount = count
        #expect(push.take(answer, at: at(1)).contains(.note(person: "b", version: 1)) == (count == 2))
    }

    @Test("an answer to another message or without an id and with other names changes nothing")
    func foreign() throws {
        var push = push()
        _ = try push.want([try person("a")], at: at(0))
        #expect(push.take(ack(7, ["a"]), at: at(1)) == [])
        #expect(
            push.take(FaceAck(messageID: nil, command: "EditPersonsNew", isOK: true, added: ["z"]), at: at(1)) == [])
        #expect(push.take(FaceAck(messageID: "t-1", command: "OpenDoor", isOK: true), at: at(1)) == [])
        #expect(push.deadline != nil)
    }

    @Test("who leaves the list while being brought is deleted after the answer")
    func leaves() throws {
        var push = push()
        _ = try push.want([try person("a")], at: at(0))
        #expect(try push.want([], at: at(1)) == [])
        #expect(push.take(ack(1, ["a"]), at: at(2)).last == .send(.delete(person: "a"), messageID: "t-2"))
    }

    @Test(
        "who was refused may be known to the terminal all the same, and is deleted on leaving; coming back counts anew")
    func refusedLeaves() throws {
        var push = push()
        let person = try person("a")
        _ = try push.want([person], at: at(0))
        _ = push.take(ack(1, [], ["a": "464"]), at: at(1))
        #expect(try push.want([], at: at(2)) == [.send(.delete(person: "a"), messageID: "t-2")])
        let gone = push.take(FaceAck(messageID: "t-2", command: "DelPerson", isOK: true), at: at(3))
        #expect(gone == [.note(person: "a", version: nil)])
        #expect(try push.want([person], at: at(4)).last == .send(.edit([person]), messageID: "t-3"))
    }

    @Test("who cannot be deleted is told once, and again when the terminal connects anew")
    func undeletable() throws {
        var push = push(["a": 1])
        let delete = FacePush.Action.send(.delete(person: "a"), messageID: "t-1")
        #expect(try push.want([], at: at(0)) == [delete])
        let answer = FaceAck(messageID: "t-1", command: "DelPerson", isOK: false, code: "461")
        #expect(push.take(answer, at: at(1)) == [.refused(person: "a", code: "461")])
        #expect(try push.want([], at: at(2)) == [])
        #expect(push.connected(at: at(3)) == [.send(.delete(person: "a"), messageID: "t-2")])
    }

    @Test("a person that no terminal takes is refused when written down, and so is a list that is too long")
    func bounds() throws {
        #expect(throws: FaceTerminalError.badPerson) { try person("") }
        #expect(throws: FaceTerminalError.badPerson) { try person(String(repeating: "7", count: 49)) }
        #expect(throws: FaceTerminalError.badPerson) { try person("a", 0) }
        let one = try person("a")
        var push = push()
        #expect(throws: FaceTerminalError.tooManyPeople(100_001)) {
            _ = try push.want(Array(repeating: one, count: 100_001), at: at(0))
        }
    }
}
