/// A report in the forms a person wants it.
public struct ReportPage: Hashable, Sendable {
    /// Lines of a slip.
    public var text: String
    /// Rows for a spreadsheet.
    public var csv: String

    public init(text: String, csv: String) {
        self.text = text
        self.csv = csv
    }
}

/// A report as a page that prints on any printer.
enum ReportHTML {
    /// - Parameters:
    ///   - title: in both languages.
    ///   - nav: markup of the page's own.
    static func page(_ title: String, _ text: String, nav: String = "") -> [UInt8] {
        Array(
            """
            <!doctype html>
            <html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(escaped(title))</title><link rel="stylesheet" href="/page.css">
            <script src="/report.js" defer></script></head>
            <body class="report"><nav><a href="/">返回 Back</a> <a href="?" id="print">打印 Print (Ctrl+P)</a>\(nav)</nav>
            <pre>\(escaped(text))</pre></body></html>

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
