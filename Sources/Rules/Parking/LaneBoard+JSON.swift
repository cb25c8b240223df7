public import Effects
internal import JSONText
internal import Payments
internal import Tariffs
internal import Vocabulary

extension LaneBoard {
    /// What the page gets; every text for people in both languages.
    /// - Parameter signs: the words of the site's own signs.
    public func json(signs: SignTexts) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("carsInside", Int64(carsInside))
            writer.field("link", isLinkUp)
            writer.field("journal", isJournalHealthy)
            writer.field("disk", disk.rawValue)
            writer.field("lanes", array: lanes) { writer, lane in writer.object { lane.write(to: &$0, signs) } }
            writer.field("moments", array: moments) { writer, moment in
                writer.object {
                    $0.field("lane", moment.condition.lane.text)
                    $0.field("at", moment.at.milliseconds)
                    moment.condition.write(to: &$0)
                }
            }
            if let shift { writer.field("shift") { shift.write(to: &$0) } }
            if let shiftAnswer { writer.field("shiftAnswer") { shiftAnswer.write(to: &$0) } }
            writer.field("shiftAnswered", shiftAnswered)
            writer.field("shifts", array: closedShifts) { writer, shift in
                writer.object {
                    $0.field("id", shift.id.description)
                    $0.field("who", shift.who)
                    $0.field("opened", shift.opened.milliseconds)
                    $0.field("closed", shift.closed.milliseconds)
                    $0.field("difference", shift.difference.count)
                }
            }
        }
    }
}

extension BoardAnswer {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("done", isDone)
        writer.field("zh", words.chinese)
        writer.field("en", words.english)
    }
}

extension LaneCondition {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("code", code)
        writer.field("zh", chinese)
        writer.field("en", english)
    }
}

extension BoardShift {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("id", id.description)
        writer.field("who", who)
        writer.field("since", since.milliseconds)
        writer.field("float", float.count)
        writer.field("cash", cash.count)
        writer.field("cashPayments", cashPayments)
        writer.field("expected", expected.count)
        writer.field("full", isFull)
    }
}

extension BoardLane {
    fileprivate func write(to writer: inout JSONWriter, _ signs: SignTexts) {
        writer.field("id", id.text)
        writer.field("direction", direction.rawValue)
        writer.field("boom", boom.rawValue)
        writer.field("alarms", array: alarms) { writer, alarm in writer.object { alarm.write(to: &$0) } }
        if let notice {
            writer.field("sign") {
                $0.field("zh", signs.text(notice, .chinese))
                $0.field("en", signs.text(notice, .english))
                $0.field("code", code != nil)
            }
        }
        if let answer { writer.field("answer") { answer.write(to: &$0) } }
        writer.field("answered", answered)
        writer.field("possible", array: possible.map(\.rawValue).sorted()) { $0.string($1) }
        if let car { writer.field("car") { car.write(to: &$0, signs) } }
    }
}

extension BoardCar {
    fileprivate func write(to writer: inout JSONWriter, _ signs: SignTexts) {
        writer.field("transit", transit.description)
        writer.field("plate", ifPresent: plate?.text)
        writer.field("vehicle", vehicle.rawValue)
        writer.field("since", since.milliseconds)
        writer.field("stay", ifPresent: stay?.description)
        writer.field("entered", ifPresent: entered?.milliseconds)
        if let heldFor {
            writer.field("held") {
                $0.field("reason", heldFor.rawValue)
                $0.field("zh", signs.text(heldFor, .chinese))
                $0.field("en", signs.text(heldFor, .english))
            }
        }
        writer.field("owed", ifPresent: owed?.count)
        if let quote { writer.field("quote") { quote.write(to: &$0) } }
        if let payment {
            writer.field("payment") {
                $0.field("id", payment.id.description)
                $0.field("method", payment.method.rawValue)
                $0.field("amount", payment.amount.count)
                $0.field("stage", payment.stage.rawValue)
            }
        }
        writer.field("candidates", array: candidates) { writer, candidate in
            writer.object {
                $0.field("stay", candidate.stay.description)
                $0.field("plate", candidate.maskedPlate)
                $0.field("vehicle", candidate.vehicle.rawValue)
                $0.field("entered", candidate.entered.milliseconds)
            }
        }
    }
}

extension Quote {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("tariff", tariff.text)
        writer.field("from", from.milliseconds)
        writer.field("until", until.milliseconds)
        writer.field("total", total.count)
        writer.field("lines", array: lines) { writer, line in
            writer.object {
                $0.field("kind", line.kind.rawValue)
                $0.field("zh", line.kind.chinese)
                $0.field("en", line.kind.english)
                $0.field("minutes", line.minutes)
                $0.field("amount", line.amount.count)
                $0.field("about", ifPresent: line.reference?.text)
            }
        }
    }
}
