public import JSONText
internal import Payments
internal import Tariffs
internal import Vocabulary

extension ParkingScenario {
    /// The `kind` member of such a file.
    public static let kind = "parking-scenario"

    /// Reads a scenario file (JSON5).
    /// - Throws: every fault in it, with line, column, path, what was found and what was expected.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { ParkingScenario($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(ParkingScenario.kind)
        let id = root.parsed("id", expected: "a name", Slug.init)
        let tariffs = TariffBook(root)
        let lanes = root.objects("lanes", count: 1...32) { ParkingScenario.lane($0) }
        let names = Set(lanes.map(\.id))
        if names.count < lanes.count {
            root.refuse("lanes", found: "two lanes of one name", expected: "each name once")
        }
        let laneSettings = root.object("laneTimes") { LaneSettings($0) }
        let entry = root.object("entry") { reader -> (AlreadyInside, Int)? in
            let confidence = reader.integer("minimumConfidence", in: 0...100, unit: "percent", default: 0)
            return (reader.choice("alreadyInside"), Int(confidence))
        }
        let exit = root.object("exit") { ExitRules($0) }
        let offline = root.object("offline") { reader in
            OfflinePolicy(reader).map { ($0, ParkingScenario.fallback(reader, "whenRefused", allowsOffline: false)) }
        }
        let payment = root.object("payment") { PaymentRules($0) }
        if payment?.lane.methods.contains(.shownCode) == true, !root.has("merchantQR") {
            root.refuse(
                "payment.methods", found: "shownCode without merchantQR",
                expected: "who is paid by the code that is shown")
        }
        let access = root.optionalObject("access") { GateRules($0) }
        let merchantQR = root.optionalObject("merchantQR") { QRMerchant($0) }
        let debtors = root.optionalObject("debtors") { ParkingDebtors($0) }
        let staff = root.optionalObject("staff") { ParkingStaff($0) }
        let identification = root.optionalObject("identification") { IdentificationSettings($0) }
        guard let id, let tariffs, let laneSettings, let entry, let exit, let payment, let offline, !lanes.isEmpty
        else { return nil }
        self.init(
            id: id, tariffs: tariffs, lanes: lanes, laneSettings: laneSettings, minimumConfidence: entry.1,
            alreadyInside: entry.0, noEntryRecord: exit.noEntryRecord, timings: payment.timings,
            onDeclined: payment.onDeclined, onUnknown: payment.onUnknown, onTimedOut: payment.onTimedOut,
            offlineRefused: offline.1, offline: offline.0, merchantQR: merchantQR, payment: payment.lane,
            access: access ?? GateRules(), debtors: debtors ?? ParkingDebtors(),
            identification: identification ?? IdentificationSettings(),
            staff: staff ?? ParkingStaff())
        askForStayWithin = exit.askForStayWithin
        leftUnpaid = exit.leftUnpaid
    }

    private static func lane(_ reader: ObjectReader) -> Lane? {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let direction: Lane.Direction = reader.choice("direction")
        return id.map { Lane(id: $0, direction: direction) }
    }

    private struct ExitRules {
        var noEntryRecord: NoEntryRecord
        var askForStayWithin: Uptime.Span?
        var leftUnpaid: LeftUnpaid

        init?(_ reader: ObjectReader) {
            noEntryRecord = reader.choice("noEntryRecord")
            let wait = reader.integer("askForStayWithinMilliseconds", in: 0...5_000, unit: "milliseconds", default: 800)
            askForStayWithin = wait == 0 ? nil : .milliseconds(wait)
            leftUnpaid = LeftUnpaid(reader)
        }
    }

    private struct PaymentRules {
        var lane: LanePayment
        var timings: PaymentTimings
        var onDeclined: Fallback, onUnknown: Fallback, onTimedOut: Fallback

        init?(_ reader: ObjectReader) {
            guard let lane = LanePayment(reader) else { return nil }
            self.lane = lane
            timings = PaymentTimings(
                answerWithin: .milliseconds(
                    reader.integer("answerWithinMilliseconds", in: 200...60_000, default: 3_000)),
                askAgainAfter: .milliseconds(
                    reader.integer("askAgainAfterMilliseconds", in: 500...60_000, default: 5_000)),
                askPendingAfter: .seconds(reader.integer("askPendingAfterSeconds", in: 1...60, default: 10)),
                pendingFor: .seconds(reader.integer("pendingForSeconds", in: 15...300, default: 45)),
                shownFor: .seconds(reader.integer("shownForSeconds", in: 15...900, default: 120)))
            onDeclined = fallback(reader, "onDeclined", allowsOffline: false)
            onUnknown = fallback(reader, "onUnknown", allowsOffline: true)
            onTimedOut = fallback(reader, "onTimedOut", allowsOffline: true)
        }
    }

    /// A payment that was declined, or that the offline policy refused, cannot be promised offline.
    private static func fallback(_ reader: ObjectReader, _ key: String, allowsOffline: Bool) -> Fallback {
        reader.choice(key, among: allowsOffline ? Fallback.allCases : [.hold, .letOutOnDebt])
    }
}

extension ParkingDebtors {
    init?(_ reader: ObjectReader) {
        self.init(
            atEntry: reader.choice("atEntry", default: .show), atExit: reader.choice("atExit", default: .show))
    }
}

extension LaneSettings {
    init?(_ reader: ObjectReader) {
        self.init(
            sameCarFor: .seconds(reader.integer("sameCarForSeconds", in: 0...600, default: 20)),
            forgetHeldAfter: .seconds(reader.integer("forgetHeldAfterSeconds", in: 5...3_600, default: 180)),
            carBehindFor: .seconds(reader.integer("carBehindForSeconds", in: 0...120, default: 15)),
            noPlateAfter: .seconds(reader.integer("noPlateAfterSeconds", in: 2...600, default: 8)),
            turnedBackAfter: .seconds(reader.integer("turnedBackAfterSeconds", in: 1...60, default: 5)),
            reversalJudgedWithin: .seconds(reader.integer("reversalJudgedWithinSeconds", in: 1...30, default: 3)),
            standingAfter: .seconds(reader.integer("standingAfterSeconds", in: 5...600, default: 30)),
            twoCarsAfter: .seconds(reader.integer("twoCarsAfterSeconds", in: 1...60, default: 3)),
            stuckAfter: .seconds(reader.integer("stuckAfterSeconds", in: 60...7_200, default: 300)),
            sensorRecoversAfter: .seconds(reader.integer("sensorRecoversAfterSeconds", in: 1...600, default: 10)))
    }
}
