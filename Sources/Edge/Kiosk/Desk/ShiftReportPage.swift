/// A shift's report as a page that prints on any printer.
enum ShiftReportPage {
    /// - Parameters:
    ///   - hasPrinter: the box has a receipt printer.
    ///   - state: what became of the report's last slip.
    static func html(_ page: ShiftPage, hasPrinter: Bool, _ state: PrintState?) -> [UInt8] {
        let button = hasPrinter ? " <button id=\"slip\" type=\"button\">打印小票 Print a slip</button>" : ""
        let said = state.map { escaped($0.text) } ?? ""
        let isBad = if case .failed = state { true } else { false }
        return Array(
            """
            <!doctype html>
            <html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>交班报表 Shift report</title><link rel="stylesheet" href="/desk.css">
            <script src="/report.js" defer></script></head>
            <body class="report"><nav><a href="/">返回 Back</a> <a href="?" id="print">打印 Print (Ctrl+P)</a>\(button)
            <p id="slipState" role="status" class="\(isBad ? "box bad" : "")" data-state="\(state?.word ?? "none")">\(said)</p></nav>
            <pre>\(escaped(page.text))</pre></body></html>

            """.utf8)
    }

    /// Text as it may stand in a page: what a person typed never becomes markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
