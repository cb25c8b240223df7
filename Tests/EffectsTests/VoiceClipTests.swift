import Effects
import JSONText
import Testing
import Vocabulary

@Suite("Recordings of a voice")
struct VoiceClipTests {
    static let readings: [(Int64, [Int])] = [
        (0, [0]), (5, [0, 20, 0, 5]), (50, [0, 20, 5]), (100, [1]), (1_000, [10]), (1_250, [10, 2, 20, 5]),
        (2_000, [2, 10]), (2_100, [2, 10, 1]), (10_000, [1, 11]), (10_500, [1, 11, 0, 5]),
        (11_000, [1, 11, 1, 10]),
        (101_000, [1, 12, 0, 1, 10]), (1_000_000, [1, 13]), (1_000_500, [1, 13, 0, 5]), (1_001_000, [1, 13, 0, 1, 10]),
        (1_050_000, [1, 13, 0, 5, 11]),
        (1_200_300, [1, 13, 2, 12, 0, 3]), (1_000_000_00, [1, 11, 13]),
        (12_345_678, [10, 2, 13, 3, 12, 4, 11, 5, 10, 6, 20, 7, 8]),
        (-1_250, [10, 2, 20, 5]),
    ]

    private let shipped: VoiceClips

    init() throws {
        shipped = try VoiceClips(try repositoryFile("Scenarios/signs/voice-clips.json5"), file: "voice-clips.json5")
    }

    /// Chinese only, with the digits 0 to 9 as 0 to 9, and ten, hundred, thousand, ten thousand as 10 to 13.
    private func reader(_ steps: String, characters: String = "", reasons: String = "") throws -> VoiceClips {
        let text = """
            { kind: "voice-clips", zh: { digits: [0,1,2,3,4,5,6,7,8,9], units: [10,11,12,13], point: 20, \(characters) \(reasons)
              steps: { \(steps) } } }
            """
        return try VoiceClips(Array(text.utf8), file: "v.json5")
    }

    @Test(
        "an amount is read as Chinese reads it",
        arguments: VoiceClipTests.readings)
    func chinese(_ fen: Int64, clips: [Int]) throws {
        #expect(try reader("due: \"{amount}\"").clips(.due(Fen(fen))) == clips)
    }

    @Test("an amount beyond eight digits is read digit by digit, and none traps", arguments: [Int64.max, .min])
    func large(_ fen: Int64) throws {
        #expect(try reader("due: \"{amount}\"").clips(.due(Fen(fen))).prefix(4) == [9, 2, 2, 3])
    }

    @Test(
        "eight digits are read as Chinese reads them, nine digit by digit",
        arguments: [(9_000_000_000, [9, 12, 13]), (10_000_000_000, [1, 0, 0, 0, 0, 0, 0, 0, 0])] as [(Int64, [Int])])
    func longest(_ fen: Int64, clips: [Int]) throws {
        let read = try reader("due: \"{amount}\"").clips(.due(Fen(fen)))
        #expect(read == clips)
    }

    @Test("days are read like an amount's yuan, and a reason with what it has recordings of")
    func values() throws {
        let voice = try reader(
            "passInGrace: \"30 {days} 31\", callAttendant: \"{reason} {amount} 40\"",
            reasons: "reasons: { declined: \"50 51\" },")
        #expect(voice.clips(.passInGrace(nil, days: 21)) == [30, 2, 10, 1, 31])
        #expect(voice.clips(.callAttendant(nil, .declined, Fen(300))) == [50, 51, 3, 40])
        #expect(voice.clips(.callAttendant(nil, .denied, nil)) == [40])
    }

    @Test("an English amount is read digit by digit, after the Chinese one")
    func both() throws {
        let clips = shipped.clips(.goPaid(nil, Fen(1_250)))
        #expect(clips == [4, 20, 12, 24, 15, 25, 5, 63, 51, 52, 60, 55, 64, 65])
    }

    @Test("a plate is spelt with what there are recordings of")
    func plate() throws {
        let clips = try reader("welcome: \"{plate} 99\"", characters: "characters: { of: \"粤ABC\", from: 30 },")
        #expect(clips.clips(.welcome(try Plate("粤B1X2"))) == [30, 32, 1, 2, 99])
    }

    @Test("a reason without a recording is left out, and a step without one is silent")
    func silent() {
        #expect(shipped.clips(.callAttendant(nil, .declined, nil)) == [32, 30, 68])
        #expect(shipped.clips(.callAttendant(nil, .conflict, nil)) == [30, 68])
        #expect(shipped.clips(.refunded(Fen(1))) == [])
    }

    @Test(
        "the shipped voice says in both languages what is wrong with the lane, and nothing when it is ready",
        arguments: LaneWarning.allCases)
    func lane(warning: LaneWarning) {
        let said: [LaneWarning: [Int]] = [
            .fire: [34, 34, 69], .moveOn: [35, 70], .oneCarAtATime: [36, 71], .outOfService: [37, 72],
        ]
        #expect(shipped.clips(.lane(warning)) == said[warning, default: []])
    }

    @Test(
        "a voice needs a language, four units or none, and numbers of two digits for all its characters",
        arguments: [
            ("", ["zh"]), ("zh: { digits: [0,1,2,3,4,5,6,7,8,9], point: 1 }", []),
            ("zh: { digits: [0,1,2,3,4,5,6,7,8,9], units: [1,2,3], point: 1 }", ["zh.units"]),
            ("en: { digits: [0,1,2,3,4,5,6,7,8,9], point: 1, characters: { of: \"AB\", from: 98 } }", []),
            (
                "en: { digits: [0,1,2,3,4,5,6,7,8,9], point: 1, characters: { of: \"AB\", from: 99 } }",
                ["en.characters.from"]
            ),
        ])
    func limits(_ members: String, paths: [String]) {
        var found: [String] = []
        do throws(Findings) {
            _ = try VoiceClips(Array("{ kind: \"voice-clips\", \(members) }".utf8), file: "v.json5")
        } catch { found = error.list.map(\.path) }
        #expect(found == paths)
    }

    @Test("all faults of a file are told at once")
    func faults() {
        let text = """
            {
              kind: "voice-clips",
              zh: { digits: [0, 1, 2], point: 100,
                steps: { goManual: "{amount}", due: "100", wait: "", coupon: "{coupon}" } },
              en: { point: 1, characters: { of: "ABC", from: 98 } },
            }
            """
        do throws(Findings) {
            _ = try VoiceClips(Array(text.utf8), file: "v.json5")
            Issue.record("this file has faults")
        } catch {
            #expect(
                error.list.map(\.path) == [
                    "zh.digits", "zh.point", "zh.steps.goManual", "zh.steps.due", "zh.steps.wait", "zh.steps.coupon",
                    "en.digits", "en.characters.from",
                ])
        }
    }
}
