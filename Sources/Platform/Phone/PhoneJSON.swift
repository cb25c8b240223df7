internal import JSONText
internal import Services
internal import Vocabulary

/// The same answers as JSON: times in milliseconds since 1970, money in fen. Pure.
enum PhoneJSON {
    static func answer(_ answer: PhoneAnswer) -> [UInt8] {
        JSONWriter.object { writer in
            switch answer {
            case .site(let site): writer.field("site") { write(site, to: &$0) }
            case .nothingDue(let site):
                writer.field("due", false)
                writer.field("site") { write(site, to: &$0) }
            case .due(let stay):
                writer.field("due", true)
                writer.field("site") { write(stay.site, to: &$0) }
                writer.field("plate", ifPresent: stay.maskedPlate)
                writer.field("entered", stay.entered.milliseconds)
                writer.field("until", stay.quote.until.milliseconds)
                writer.field("lines", array: stay.quote.lines) { writer, line in
                    writer.object {
                        $0.field("kind", line.kind.rawValue)
                        $0.field("minutes", line.minutes)
                        $0.field("amount", line.amount.count)
                    }
                }
                writer.field("amount", stay.quote.total.count)
                writer.field("graceMinutes", stay.graceMinutes)
            case .passes(let site, let passes):
                writer.field("site") { write(site, to: &$0) }
                writer.field("passes", array: passes) { writer, pass in writer.object { write(pass, to: &$0) } }
            case .order(let order): write(order, to: &writer)
            case .refused(let refusal): writer.field("error", refusal.rawValue)
            }
        }
    }

    static func fault(_ fault: PhoneFault) -> [UInt8] {
        JSONWriter.object {
            $0.field("error", fault.code)
            $0.field("chinese", fault.text.chinese)
            $0.field("english", fault.text.english)
        }
    }

    private static func write(_ site: PhoneSite, to writer: inout JSONWriter) {
        writer.field("id", site.id.text)
        writer.field("chinese", site.chinese)
        writer.field("english", site.english)
        writer.field("sellsPasses", site.sellsPasses)
    }

    private static func write(_ pass: PhonePass, to writer: inout JSONWriter) {
        writer.field("plan", pass.plan.text)
        writer.field("chinese", pass.chinese)
        writer.field("english", pass.english)
        writer.field("plate", pass.maskedPlate)
        writer.field("validUntil", ifPresent: pass.validUntil?.milliseconds)
        writer.field("offers", array: pass.offers) { writer, offer in
            writer.object {
                $0.field("months", offer.months)
                $0.field("amount", offer.amount.count)
                $0.field("until", offer.until.milliseconds)
            }
        }
    }

    private static func write(_ order: PhoneOrderView, to writer: inout JSONWriter) {
        writer.field("order", order.payment.description)
        writer.field("amount", order.amount.count)
        writer.field("plate", ifPresent: order.maskedPlate)
        writer.field("for", order.isPass ? "pass" : "stay")
        switch order.state {
        case .waiting:
            writer.field("state", "waiting")
            writer.field("code", "/o/\(order.payment)/code.svg")
        case .paid(let until):
            writer.field("state", "paid")
            writer.field("until", until.milliseconds)
            if !order.isPass { writer.field("graceMinutes", order.graceMinutes) }
        case .givenBack: writer.field("state", "givenBack")
        case .over: writer.field("state", "over")
        }
    }
}
