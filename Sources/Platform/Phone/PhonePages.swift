internal import Services
internal import Vocabulary

/// The pages, each in Chinese and English, for any phone: plain forms, no script. Pure.
enum PhonePages {
    /// The address of a car park's page; a ticket's QR bears it with `?ticket=` and the stay.
    static func address(_ site: Slug) -> String { "/p/\(site)" }

    static func start(_ site: PhoneSite) -> String {
        page(
            PhoneText("停车缴费", "Pay for parking"), site,
            """
            <form method="post" action="/p/\(site.id.text)">\(plateField)\(button(PhoneText("查询", "Look up")))</form>
            \(site.sellsPasses ? link("/m/\(site.id)", PhoneText("月卡续费", "Renew a pass")) : "")
            """)
    }

    static func due(_ stay: PhoneStay, key: String, plate: String?, ticket: String?) -> String {
        let offset = stay.site.utcOffsetMinutes
        let lines = stay.quote.lines.map { line -> HTML in
            let text = PhoneText.line(line.kind)
            let minutes: HTML = line.minutes > 0 ? "<small>\(line.minutes) 分钟 min</small>" : ""
            return """
                <tr><td>\(text.chinese) <span lang="en">\(text.english)</span> \(minutes)</td>\
                <td class="n">\(line.amount.description)</td></tr>
                """
        }
        let who: HTML =
            stay.maskedPlate.map { "<dt>车牌 <span lang=\"en\">Plate</span></dt><dd>\($0)</dd>" } ?? ""
        return page(
            PhoneText("待缴停车费", "Parking to be paid"), stay.site,
            """
            <dl>\(who)<dt>入场 <span lang="en">Entered</span></dt>\
            <dd>\(stay.entered.localText(utcOffsetMinutes: offset))</dd>\
            <dt>计费至 <span lang="en">Charged until</span></dt>\
            <dd>\(stay.quote.until.localText(utcOffsetMinutes: offset))</dd></dl>
            <table>\(HTML(lines))</table>
            <p class="sum">¥ \(stay.quote.total.description)</p>
            <p>付款后请在 \(stay.graceMinutes) 分钟内离场。<span lang="en">After payment you have \
            \(stay.graceMinutes) minutes to leave.</span></p>
            <form method="post" action="/p/\(stay.site.id.text)/pay">\(hidden("plate", plate))\
            \(hidden("ticket", ticket))\
            \(hidden("amount", "\(stay.quote.total.count)"))\(hidden("key", key))\
            \(button(PhoneText("支付", "Pay")))</form>
            """)
    }

    static func nothingDue(_ site: PhoneSite) -> String {
        page(
            PhoneText("无需缴费", "Nothing to pay"), site,
            """
            <p>此车牌目前没有待缴费用：可能仍在免费时段、已付款，或车牌输入有误。</p>
            <p lang="en">Nothing is due for this plate now: it may be within its free time, paid for already, or \
            mistyped.</p>
            \(link(address(site.id), PhoneText("重新查询", "Look up again")))
            """)
    }

    static func passStart(_ site: PhoneSite) -> String {
        page(
            PhoneText("月卡续费", "Renew a pass"), site,
            """
            <form method="post" action="/m/\(site.id.text)">\(plateField)\(button(PhoneText("查询", "Look up")))</form>
            \(link(address(site.id), PhoneText("停车缴费", "Pay for parking")))
            """)
    }

    static func passes(_ site: PhoneSite, _ passes: [PhonePass], plate: String, key: String) -> String {
        guard !passes.isEmpty else {
            return page(
                PhoneText("月卡续费", "Renew a pass"), site,
                """
                <p>此车牌没有可在手机上续费的月卡，请联系管理处。</p>
                <p lang="en">No pass of this plate can be renewed on the phone. Please ask the office.</p>
                \(link("/m/\(site.id)", PhoneText("重新查询", "Look up again")))
                """)
        }
        let offset = site.utcOffsetMinutes
        let forms = passes.flatMap { pass in
            pass.offers.map { offer -> HTML in
                """
                <form method="post" action="/m/\(site.id.text)/pay">\(hidden("plate", plate))\
                \(hidden("plan", pass.plan.text))\(hidden("months", "\(offer.months)"))\
                \(hidden("amount", "\(offer.amount.count)"))\(hidden("key", "\(key)-\(pass.plan)-\(offer.months)"))\
                <button>\(offer.months) 个月 <span lang="en">months</span> · ¥ \(offer.amount.description)\
                <small>至 until \(offer.until.localText(utcOffsetMinutes: offset))</small></button></form>
                """
            }
        }
        let heads = passes.map { pass -> HTML in
            let until = pass.validUntil?.localText(utcOffsetMinutes: offset) ?? "–"
            return """
                <dl><dt>月卡 <span lang="en">Pass</span></dt>\
                <dd>\(pass.chinese) <span lang="en">\(pass.english)</span></dd>\
                <dt>车牌 <span lang="en">Plate</span></dt><dd>\(pass.maskedPlate)</dd>\
                <dt>有效期至 <span lang="en">Valid until</span></dt><dd>\(until)</dd></dl>
                """
        }
        return page(PhoneText("月卡续费", "Renew a pass"), site, "\(HTML(heads))\(HTML(forms))")
    }

    static func order(_ order: PhoneOrderView) -> String {
        let head: HTML = "<p class=\"sum\">¥ \(order.amount.description)</p>"
        let tail: HTML = "<p class=\"id\">订单号 Order <code>\(order.payment.description)</code></p>"
        switch order.state {
        case .waiting:
            return page(
                PhoneText("请扫码支付", "Scan to pay"), order.site,
                """
                \(head)<img class="code" src="/o/\(order.payment.description)/code.svg" alt="付款码 payment code" \
                width="280" height="280">
                <p>请用支付应用扫码（可长按识别）。付款后本页自动更新，三分钟内有效。</p>
                <p lang="en">Scan with your payment app, or press and hold the code. This page updates by itself; the \
                code is good for three minutes.</p>\(tail)
                """, refresh: 5)
        case .paid(let until):
            let time = until.localText(utcOffsetMinutes: order.site.utcOffsetMinutes)
            let words: HTML =
                order.isPass
                ? "<p>月卡有效期至 \(time)。</p><p lang=\"en\">Your pass is valid until \(time).</p>"
                : """
                <p>请于 \(time) 前离场（\(order.graceMinutes) 分钟内），出口自动放行。</p>
                <p lang="en">Please leave by \(time), within \(order.graceMinutes) minutes; the exit opens by \
                itself.</p>
                """
            return page(PhoneText("已付款", "Paid"), order.site, "\(head)<p class=\"ok\">✓</p>\(words)\(tail)")
        case .givenBack:
            return page(
                PhoneText("已退款", "Given back"), order.site,
                """
                \(head)<p>此时段已另行付款或车辆已离场，款项将原路退回。</p>
                <p lang="en">These minutes were paid for otherwise, or the car had left: the money goes back the way \
                it came.</p>\(tail)
                """)
        case .over:
            let start = order.isPass ? "/m/\(order.site.id)" : address(order.site.id)
            return page(
                PhoneText("订单已关闭", "Order closed"), order.site,
                """
                <p>未收到付款，订单已关闭。</p><p lang="en">No payment came; the order is closed.</p>
                \(link(start, PhoneText("重新查询", "Look up again")))\(tail)
                """)
        }
    }

    static func fault(_ fault: PhoneFault) -> String {
        frame(
            PhoneText("抱歉", "Sorry"),
            "<p>\(fault.text.chinese)</p><p lang=\"en\">\(fault.text.english)</p>", refresh: nil)
    }

    // MARK: -

    private static func page(_ title: PhoneText, _ site: PhoneSite, _ body: HTML, refresh: Int64? = nil) -> String {
        frame(
            title, "<p class=\"site\">\(site.chinese) <span lang=\"en\">\(site.english)</span></p>\(body)",
            refresh: refresh)
    }

    private static func frame(_ title: PhoneText, _ body: HTML, refresh: Int64?) -> String {
        let again: HTML = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" } ?? ""
        let html: HTML = """
            <!doctype html>
            <html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" \
            content="width=device-width, initial-scale=1">\(again)<title>\(title.chinese) \(title.english)</title>\
            <link rel="stylesheet" href="/style.css"></head>
            <body><main><h1>\(title.chinese) <span lang="en">\(title.english)</span></h1>
            \(body)
            </main></body></html>

            """
        return html.text
    }

    private static let plateField: HTML = """
        <label for="plate">车牌号码 <span lang="en">Number plate</span></label>\
        <input id="plate" name="plate" required maxlength="20" autocomplete="off" autocapitalize="characters" \
        spellcheck="false" placeholder="粤B12345">
        """

    private static func button(_ text: PhoneText) -> HTML {
        "<button>\(text.chinese) <span lang=\"en\">\(text.english)</span></button>"
    }

    private static func link(_ address: String, _ text: PhoneText) -> HTML {
        "<p><a href=\"\(address)\">\(text.chinese) <span lang=\"en\">\(text.english)</span></a></p>"
    }

    private static func hidden(_ name: String, _ value: String?) -> HTML {
        value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" } ?? ""
    }

    static let style = """
        :root{color-scheme:light dark;--ink:#14213d;--paper:#fff;--soft:#5b6475;--line:#d5d9e0;--go:#0b57d0;\
        --ok:#137333}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaf0;--paper:#14171d;--soft:#a4adbd;--line:#3a4150;\
        --go:#8ab4f8;--ok:#81c995}button{color:#10141b!important}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,\
        "Noto Sans CJK SC","PingFang SC",sans-serif}main{max-width:30rem;margin:0 auto;padding:1.25rem}
        h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 .5rem}[lang=en]{color:var(--soft);font-size:.88em}
        h1 [lang=en]{display:block;font-weight:400;font-size:1rem}.site{margin:0 0 1.25rem}
        label{display:block;margin-bottom:.35rem}input{width:100%;min-height:52px;padding:.5rem .75rem;font:inherit;\
        font-size:1.35rem;letter-spacing:.06em;border:2px solid var(--line);border-radius:10px;background:transparent;\
        color:inherit}button{width:100%;min-height:56px;margin:.75rem 0 0;padding:.4rem;font:inherit;font-size:1.2rem;\
        color:#fff;background:var(--go);border:0;border-radius:10px}button [lang=en],button small{color:inherit}
        button small{display:block;font-size:.75em}input:focus,button:focus,a:focus{outline:3px solid var(--go);\
        outline-offset:2px}a{color:var(--go);display:inline-block;min-height:44px;padding-top:.6rem}
        dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1rem}dd{margin:0;text-align:right;\
        font-variant-numeric:tabular-nums}table{width:100%;border-collapse:collapse}td{padding:.4rem 0;border-top:1px \
        solid var(--line)}td small{color:var(--soft)}.n{text-align:right;white-space:nowrap;\
        font-variant-numeric:tabular-nums}.sum{font-size:2.4rem;font-weight:700;margin:.5rem 0;text-align:right}
        .code{display:block;margin:.5rem auto;background:#fff;border-radius:10px}.ok{font-size:4rem;line-height:1;\
        color:var(--ok);margin:0;text-align:center}.id{color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}

        """
}
