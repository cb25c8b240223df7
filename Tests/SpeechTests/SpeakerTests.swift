import Glibc
import Host
import StandIns
import Testing
import Vocabulary

@testable import Speech

/// A program that stands for espeak-ng: it writes what it was given into a file.
private struct Voice {
    let folder: TemporaryFolder
    let program: String
    var heard: String { "\(folder.path)/heard" }

    init(_ script: String) throws {
        folder = try TemporaryFolder("turnpike-speech")
        program = "\(folder.path)/voice"
        try folder.write("#!/bin/sh\n\(script.replacingHeard(folder.path))\n", to: "voice")
        chmod(program, 0o755)
    }

    func waitUntilHeard(_ text: String, seconds: Int64 = 10) -> String {
        let deadline = BootClock.now() + .seconds(seconds)
        while BootClock.now() < deadline {
            let heard = (try? TextFile.read(heard)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if heard.contains(text) { return heard }
            usleep(5_000)
        }
        return (try? TextFile.read(heard)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension String {
    fileprivate func replacingHeard(_ folder: String) -> String {
        split(separator: "HEARD", omittingEmptySubsequences: false).joined(separator: "\(folder)/heard")
    }
}

private final class Faults: Sendable {
    private let list = Monitor<[SpeechFault]>([])
    var report: @Sendable (SpeechFault) -> Void {
        { fault in
            self.list.withLock { $0.append(fault) }
            self.list.wakeAll()
        }
    }
    func first() -> SpeechFault? { list.wait(until: BootClock.now() + .seconds(10)) { $0.first } }
    var all: [SpeechFault] { list.withLock { $0 } }
}

@Suite("Speaking through a program")
struct SpeakerTests {
    private let faults = Faults()

    @Test("Chinese is spoken first and then English, each with its language; the text comes on standard input")
    func speaks() throws {
        let voice = try Voice("{ printf '%s|' \"$@\"; cat; echo; } >> HEARD")
        let speaker = try Speaker(
            SpeechProgram(path: voice.program, arguments: ["-v", "{language}"]), report: faults.report)
        defer { speaker.stop() }
        speaker.say(Speaker.Speech([("zh", "欢迎光临"), ("en", "Welcome")]))
        #expect(voice.waitUntilHeard("Welcome\n") == "-v|zh|欢迎光临\n-v|en|Welcome\n")
        #expect(faults.all == [])
    }

    @Test("a program that wants the text as an argument gets it there, never as an option and never through a shell")
    func argument() throws {
        let voice = try Voice("printf '%s|' \"$@\" >> HEARD")
        let speaker = try Speaker(
            SpeechProgram(path: voice.program, arguments: ["{language}", "say: {text}", "{text}"]),
            report: faults.report)
        defer { speaker.stop() }
        speaker.say(Speaker.Speech([("en", "--help; touch x {language} `id`")]))
        let heard = voice.waitUntilHeard("id`|")
        #expect(heard.hasPrefix("en|say:  --help; touch x {language} `id`| --help;"))
    }

    @Test("a newer text breaks off the one that is being spoken, and what waited in between is never said")
    func latestWins() throws {
        let voice = try Voice("read -r text; echo \"$text\" >> HEARD; case $text in long*) exec sleep 600;; esac")
        let speaker = try Speaker(SpeechProgram(path: voice.program, arguments: []), report: faults.report)
        defer { speaker.stop() }
        speaker.say(Speaker.Speech([("en", "long one"), ("en", "never")]))
        #expect(voice.waitUntilHeard("long one") == "long one\n")
        for number in 1...50 { speaker.say(Speaker.Speech([("en", "text \(number)")])) }
        let heard = voice.waitUntilHeard("text 50")
        #expect(heard.hasSuffix("text 50\n") && !heard.contains("never"))
        #expect(faults.all == [], "had anybody waited for the voice, it would have been ended at its limit")
    }

    @Test("a program that speaks for ever is ended at its limit, with all it has started")
    func bounded() throws {
        let voice = try Voice("sleep 600 & echo $! > HEARD; wait")
        let speaker = try Speaker(
            SpeechProgram(path: voice.program, arguments: [], mostSeconds: 1), report: faults.report)
        defer { speaker.stop() }
        speaker.say(Speaker.Speech([("en", "on and on")]))
        #expect(faults.first() == .tookTooLong(path: voice.program, seconds: 1))
        let sleeper = try #require(Int32(voice.waitUntilHeard("\n").dropLast()))
        // A child of a child is collected by the first process of the machine, a moment later.
        let deadline = BootClock.now() + .seconds(5)
        while kill(sleeper, 0) == 0, !isZombie(sleeper), BootClock.now() < deadline { usleep(5_000) }
        #expect(kill(sleeper, 0) != 0 || isZombie(sleeper))
    }

    private func isZombie(_ process: Int32) -> Bool {
        let status = (try? TextFile.read("/proc/\(process)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return status.contains(") Z")
    }

    @Test("a program that is missing or fails is told once, in words")
    func missing() throws {
        let program = SpeechProgram(path: "/nowhere/espeak", arguments: [])
        #expect(program.fault == .notThere(path: "/nowhere/espeak", code: ENOENT))
        #expect(program.fault?.description.contains("correct its path") == true)
        let speaker = try Speaker(program, report: faults.report)
        speaker.say(Speaker.Speech([("en", "one")]))
        #expect(faults.first() == .notStarted(path: "/nowhere/espeak", code: ENOENT))
        speaker.say(Speaker.Speech([("en", "two")]))
        speaker.stop()
        #expect(faults.all.count == 1)

        let failing = try Voice("exit 3")
        let other = Faults()
        let second = try Speaker(SpeechProgram(path: failing.program, arguments: []), report: other.report)
        defer { second.stop() }
        second.say(Speaker.Speech([("en", "one")]))
        #expect(other.first() == .failed(path: failing.program, status: 3))
    }

    @Test("stopping breaks off what is being said")
    func stops() throws {
        let voice = try Voice("echo on >> HEARD; exec sleep 600")
        let speaker = try Speaker(SpeechProgram(path: voice.program, arguments: []), report: faults.report)
        speaker.say(Speaker.Speech([("en", "x")]))
        #expect(voice.waitUntilHeard("on") == "on\n")
        speaker.stop()
        #expect(faults.all == [], "had it waited for the voice, that would have been ended at its limit")
    }
}
