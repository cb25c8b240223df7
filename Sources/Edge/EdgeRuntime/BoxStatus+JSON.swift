internal import Delivery
internal import Effects
internal import JSONText
internal import Vocabulary

extension BoxStatus {
    /// The status as the page and `curl` get it.
    public var json: [UInt8] {
        JSONWriter.object { writer in
            writer.field("device", device.text)
            writer.field("link", isLinkUp ? "up" : "down")
            writer.field("linkFault", ifPresent: linkFault)
            writer.field("queued", queued)
            writer.field("head", head)
            writer.field("journalFault", ifPresent: journalFault)
            writer.field("disk", disk.rawValue)
            writer.field("diskFreeMegabytes", ifPresent: diskFreeBytes.map { $0 >> 20 })
            writer.field("damagedJournals", array: damagedJournals) { $0.string($1) }
            writer.field("refused", array: refusals) { writer, refusal in
                writer.object {
                    $0.field("from", refusal.sequence)
                    $0.field("because", refusal.because)
                    $0.field("times", refusal.times)
                    $0.field("since", refusal.since.milliseconds)
                }
            }
            writer.field("livePayments", Int64(livePayments))
            writer.field("signs", array: signs) { writer, sign in
                writer.object {
                    $0.field("lane", sign.lane.text)
                    $0.field("zh", sign.chinese)
                    $0.field("en", sign.english)
                    $0.field("code", ifPresent: sign.code)
                }
            }
            writer.field("alarms", array: alarms) { writer, alarm in writer.object { alarm.write(to: &$0) } }
            writer.field("moments", array: moments) { writer, alarm in writer.object { alarm.write(to: &$0) } }
            writer.field("refunds", array: refunds) { writer, refund in
                writer.object {
                    $0.field("refund", refund.id.description)
                    $0.field("state", refund.state)
                    $0.field("reason", ifPresent: refund.reason)
                }
            }
            writer.field("faults", array: faults.sorted { $0.key < $1.key }) { writer, fault in
                writer.object {
                    $0.field("line", fault.key)
                    $0.field("fault", fault.value)
                }
            }
        }
    }
}

extension BoxStatus.Alarm {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("lane", condition.lane.text)
        writer.field("code", condition.code)
        writer.field("zh", condition.chinese)
        writer.field("en", condition.english)
        writer.field("since", since.milliseconds)
    }
}
