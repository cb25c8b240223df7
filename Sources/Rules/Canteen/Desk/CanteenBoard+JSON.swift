internal import Effects
internal import JSONText
public import Vocabulary

extension CanteenBoard {
    /// What the cashier's page gets; every text for people in both languages.
    public var json: [UInt8] {
        JSONWriter.object { writer in
            writer.field("meal") { writer in
                writer.field("period", ifPresent: meal.period?.text)
                writer.field("day", meal.day.description)
                writer.field("zh", ifPresent: mealName?.chinese)
                writer.field("en", ifPresent: mealName?.english)
            }
            writer.field("lanes", array: lanes) { writer, lane in writer.object { lane.write(to: &$0) } }
            writer.field("last", array: last) { writer, sale in writer.object { sale.write(to: &$0) } }
            writer.field("stock", array: stock) { writer, row in
                writer.object {
                    $0.field("item", row.item.text)
                    $0.field("left", row.left)
                    $0.field("sold", row.sold)
                }
            }
            writer.field("report") { report.write(to: &$0) }
            writer.field("reports", array: reports) { writer, report in writer.object { report.write(to: &$0) } }
            writer.field("peopleReady", Int64(peopleReady))
            writer.field("peopleKnown", Int64(peopleKnown))
            writer.field("link", isLinkUp)
            writer.field("journal", isJournalHealthy)
            writer.field("disk", disk.rawValue)
            writer.field("rulesDiffer", doRulesDiffer)
        }
    }

    /// What the customer's page of one lane gets; nil for a lane that this box has not.
    public func screen(of lane: LaneID) -> [UInt8]? {
        guard let desk = lanes.first(where: { $0.id == lane }) else { return nil }
        return JSONWriter.object { writer in
            desk.screen.write(to: &writer)
            writer.field("playlist", array: playlist) { $0.string($1) }
        }
    }
}

extension LaneDesk {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("id", id.text)
        writer.field("mode", ifPresent: mode?.rawValue)
        writer.field("stage", stage.rawValue)
        writer.field("screen") { screen.write(to: &$0) }
        writer.field("waiting", ifPresent: waiting)
        writer.field("grams", ifPresent: weight?.count)
        if let isGateReady { writer.field("gateReady", isGateReady) }
        writer.field("alarms", array: alarms) { writer, alarm in
            writer.object {
                $0.field("code", alarm.code)
                $0.field("zh", alarm.chinese)
                $0.field("en", alarm.english)
            }
        }
    }
}

extension LaneScreen {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("number", number)
        writer.field("idle", word == .idle)
        writer.field("zh", word.chinese)
        writer.field("en", word.english)
        writer.field("adviceZh", ifPresent: word.advice?.chinese)
        writer.field("adviceEn", ifPresent: word.advice?.english)
        writer.field("sound", word.sound.rawValue)
        writer.field("code", ifPresent: word.notice?.code)
        writer.field("name", ifPresent: name)
        writer.field("total", ifPresent: total?.count)
        writer.field("lines", array: lines) { writer, line in
            writer.object {
                $0.field("item", ifPresent: line.item?.text)
                $0.field("count", line.count)
                $0.field("amount", line.amount.count)
            }
        }
        writer.field("purses", array: shares) { writer, share in
            writer.object {
                $0.field("purse", share.purse.text)
                $0.field("amount", share.amount.count)
            }
        }
        writer.field("balances", array: balances) { writer, balance in
            writer.object {
                $0.field("purse", balance.purse.text)
                $0.field("amount", balance.amount.count)
            }
        }
    }
}
