import Effects
import JSONText
import Payments
import Testing
import Vocabulary

@testable import Parking

private let lane = SiteFixtures.exit

/// A board with one lane.
private func board(_ change: (inout BoardLane) -> Void) throws -> (SignTexts) throws -> JSONNode {
    var shown = BoardLane(id: lane, direction: .exit, boom: .closed)
    change(&shown)
    var board = LaneBoard()
    board.lanes = [shown]
    return { signs in
        let node = try JSONNode.parse(board.json(signs: signs), dialect: .json)
        return try #require(node["lanes"]?.array?.first)
    }
}

private func hasHan(_ text: String) -> Bool { text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }

/// Both languages, and neither a bare code.
private func isTold(_ node: JSONNode?, notAs code: String? = nil) -> Bool {
    guard let zh = node?["zh"]?.string, let en = node?["en"]?.string else { return false }
    return hasHan(zh) && !en.isEmpty && !hasHan(en) && zh != code && en != code
}

@Suite("The attendant's page says what the box says")
struct LaneBoardTextTests {
    /// Every alarm of a lane; the switch does not compile until a new one stands here.
    private static let laneAlarms: [LaneAlarm] = {
        func isListed(_ alarm: LaneAlarm) -> Bool {
            switch alarm {
            case .barrier(.didNotOpen), .barrier(.didNotClose), .barrier(.sensorFault), .barrier(.obstructed),
                .barrier(.movedByItself), .barrier(.outOfService), .barrier(.armKnocked), .barrier(.positionUnknown),
                .barrier(.tailgate), .approachLoopFault, .standing, .twoCars, .plateNotRead, .fire, .turnedBack,
                .reversedOut:
                true
            }
        }
        let booms = ActiveAlarms(rawValue: .max).list.map { LaneAlarm.barrier($0) }
        let others: [LaneAlarm] = [
            .barrier(.tailgate), .approachLoopFault, .standing, .twoCars, .plateNotRead, .fire, .turnedBack,
            .reversedOut,
        ]
        return (booms + others).filter(isListed)
    }()

    @Test("every alarm of a lane, a car and a camera reaches the page in Chinese and in English")
    func alarms() throws {
        let camera = SiteFixtures.lane("exit-camera")
        let conditions =
            Self.laneAlarms.map { $0.condition(lane) } + CarAlarm.allCases.map { $0.condition(lane) }
            + CameraAlarm.allCases.map { $0.condition(lane, camera) }
        #expect(conditions.count > 20 && Set(conditions.map(\.code)).count == conditions.count)
        let shown = try board { $0.alarms = conditions }(.builtIn)["alarms"]?.array ?? []
        #expect(shown.count == conditions.count)
        for (node, condition) in zip(shown, conditions) {
            #expect(node["code"]?.string == condition.code)
            #expect(isTold(node, notAs: condition.code), "\(condition.code)")
        }
    }

    @Test("every kind of line of a price is named in both languages", arguments: Quote.Line.Kind.allCases)
    func lines(kind: Quote.Line.Kind) throws {
        let quote = Quote(
            tariff: SiteFixtures.lane("day"), from: WallTime(milliseconds: 1), until: WallTime(milliseconds: 60_001),
            lines: [Quote.Line(kind: kind, amount: Fen(100))], total: Fen(100))
        let shown = try board { lane in
            lane.car = BoardCar(
                transit: UUIDv7(at: WallTime(milliseconds: 1), random: (1, 2)), vehicle: .small,
                since: WallTime(milliseconds: 1), quote: quote)
        }(.builtIn)
        let line = try #require(shown["car"]?["quote"]?["lines"]?.array?.first)
        #expect(line["kind"]?.string == kind.rawValue && isTold(line))
    }

    @Test("what the sign shows, and why a car is held, is told in the words of the site's own signs")
    func siteWords() throws {
        let text = #"{ kind: "sign-texts", reasons: { noContract: { zh: ["请扫码"], en: ["Please scan."] } } }"#
        let signs = try SignTexts(Array(text.utf8), file: "signs.json5")
        let make = try board { lane in
            lane.notice = .callAttendant(nil, .noContract, Fen(500))
            lane.car = BoardCar(
                transit: UUIDv7(at: WallTime(milliseconds: 1), random: (1, 2)), vehicle: .small,
                since: WallTime(milliseconds: 1), heldFor: .noContract)
        }
        let own = try make(signs), usual = try make(.builtIn)
        #expect(own["sign"]?["zh"]?.string?.contains("请扫码") == true)
        #expect(own["sign"]?["en"]?.string?.contains("Please scan.") == true)
        #expect(own["car"]?["held"]?["zh"]?.string == "请扫码")
        #expect(usual["car"]?["held"]?["zh"]?.string == Notice.HoldReason.noContract.chinese)
    }

    @Test("the attendant's paper says what to do about every reason for which a car is held")
    func advice() throws {
        let lines = try repositoryFile("docs/ATTENDANT.md").split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
        for reason in Notice.HoldReason.allCases {
            let rows = lines.filter { $0.hasPrefix("| `\(reason.rawValue)` \(reason.chinese) ") }
            #expect(rows.count == 1, "\(reason.rawValue)")
            let cells = rows.first?.split(separator: "|").map(String.init) ?? []
            #expect(cells.count == 2 && cells.last.map(hasHan) == true, "\(reason.rawValue)")
        }
    }

    @Test("what the page names itself, it names for every boom, payment, instrument and vehicle there is")
    func ownWords() throws {
        let files = ["Sources/Edge/DeskPage/desk-words.js", "Sources/Edge/PageParts/page.js"]
        let script = try files.map { String(decoding: try repositoryFile($0), as: UTF8.self) }.joined()
        let tables = [
            ("BOOM", BarrierMachine.Position.allCases.map(\.rawValue)),
            ("STAGE", PaymentMachine.Stage.allCases.map(\.rawValue)),
            ("METHOD", Instrument.Kind.allCases.map(\.rawValue)), ("VEHICLE", VehicleClass.allCases.map(\.rawValue)),
            ("ROLE", DeskRole.allCases.map(\.rawValue)),
        ]
        for (name, codes) in tables {
            let table = try #require(script.split(separator: "const \(name) = {").last?.split(separator: "};").first)
            for code in codes { #expect(table.contains("\(code): [\""), "\(name) \(code)") }
        }
    }

    @Test("the boom's position goes to the page by a name of its own")
    func positions() throws {
        let names = try BarrierMachine.Position.allCases.map { position in
            try board { $0.boom = position }(.builtIn)["boom"]?.string
        }
        #expect(names == ["closed", "raising", "open", "lowering", "unknown"])
    }
}
