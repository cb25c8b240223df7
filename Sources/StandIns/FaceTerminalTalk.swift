internal import Host
internal import JSONText
internal import Vocabulary

/// What a face terminal says, and how it answers, byte for byte as the real ones do.
enum FaceTerminalTalk {
    /// `Online`, `Offline`, `HeartBeat`.
    static func life(_ name: String, _ id: String, _ localSeconds: Int64?) -> [UInt8] {
        JSONWriter.object { root in
            root.field("operator", name)
            root.field("info") { info in
                info.field("facesluiceId", id)
                info.field("time", ifPresent: localSeconds.map(time))
            }
        }
    }

    static func record(
        _ number: Int64, _ id: String, _ person: String, similarity: String, localSeconds: Int64, isStored: Bool
    ) -> [UInt8] {
        JSONWriter.object { root in
            root.field("operator", "RecPush")
            root.field("info") { info in
                info.field("customId", person)
                info.field("RecordID", "\(number)")
                info.field("VerifyStatus", "1")
                info.field("PersonType", "0")
                info.field("similarity1", similarity)
                info.field("Sendintime", isStored ? 0 : 1)
                info.field("facesluiceId", id)
                info.field("time", time(localSeconds))
                info.field("pic", "data:image/jpeg;base64,/9j/4AAQSkZJRg==")
            }
        }
    }

    static func stranger(_ number: Int64, _ id: String, localSeconds: Int64, isStored: Bool) -> [UInt8] {
        JSONWriter.object { root in
            root.field("operator", "StrSnapPush")
            root.field("info") { info in
                info.field("SnapID", "\(number)")
                info.field("Sendintime", isStored ? 0 : 1)
                info.field("facesluiceId", id)
                info.field("time", time(localSeconds))
            }
        }
    }

    /// Does what it is told.
    /// - Returns: what it answers; nil for what is not answered.
    static func obey(
        _ node: JSONNode, _ name: String, _ id: String, _ state: inout FaceTerminalStandIn.State
    ) -> [UInt8]? {
        let info = node["info"], message = node["messageId"]?.string ?? ""
        switch name {
        case "Online-Ack":
            state.isGreeted = true
            state.nextSending = BootClock.now()
            return nil
        case "PushAck":
            guard let number = info?["SnapOrRecordID"]?.integer, let type = info?["PushAckType"]?.integer else {
                return nil
            }
            state.waiting.removeAll { $0.id == number && $0.isStranger == (type == 1) }
            state.nextSending = BootClock.now()
            return nil
        case "EditPersonsNew":
            var added: [String] = [], failed: [String] = []
            for person in info?.array ?? [] {
                guard let key = person["customId"]?.string else { continue }
                if state.manners.refuses.contains(key) {
                    failed.append(key)
                } else {
                    added.append(key)
                    state.people[key] = person["picURI"]?.string ?? ""
                }
            }
            state.largestBatch = max(state.largestBatch, added.count + failed.count)
            return ack(name, message, id, isOK: true, (added, failed), names: state.manners.namesPeople)
        case "DelPerson":
            guard let person = info?["customId"]?.string else { return nil }
            let isOK = state.people.removeValue(forKey: person) != nil
            return ack(name, message, id, isOK: isOK, nil, names: true)
        default: return ack(name, message, id, isOK: true, nil, names: true)
        }
    }

    private static func ack(
        _ name: String, _ message: String, _ id: String, isOK: Bool, _ batch: (added: [String], failed: [String])?,
        names: Bool
    ) -> [UInt8] {
        JSONWriter.object { root in
            if names { root.field("messageId", message) }
            root.field("operator", "\(name)-Ack")
            root.field("code", isOK ? "200" : "464")
            root.field("info") { info in
                info.field("facesluiceId", id)
                info.field("result", isOK ? "ok" : "fail")
                guard let batch else { return }
                info.field("AddSucNum", "\(batch.added.count)")
                guard names || !batch.failed.isEmpty else { return }
                info.field("AddSucInfo", array: batch.added) { list, key in
                    list.object { $0.field("customId", key) }
                }
                info.field("AddErrInfo", array: batch.failed) { list, key in
                    list.object { entry in
                        entry.field("customId", key)
                        entry.field("errcode", "467")
                    }
                }
            }
        }
    }

    /// `2026-11-20 12:00:30`.
    static func time(_ localSeconds: Int64) -> String {
        let date = CivilDate(dayNumber: floorDivide(localSeconds, 86_400))
        let rest = floorRemainder(localSeconds, 86_400)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date) \(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    }
}
