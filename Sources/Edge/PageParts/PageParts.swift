/// What the box's pages share, compiled in: files, by the names under which pages ask for them.
public enum PageParts {
    public static let files: [(name: String, text: [UInt8], type: String)] = [
        ("page.css", PackageResources.page_css, "text/css; charset=utf-8"),
        ("page.js", PackageResources.page_js, "text/javascript; charset=utf-8"),
        ("page-dialogs.js", PackageResources.page_dialogs_js, "text/javascript; charset=utf-8"),
        // What a report's page does.
        ("report.js", PackageResources.report_js, "text/javascript; charset=utf-8"),
        // What the screens for drivers and customers share.
        ("screen.js", PackageResources.screen_js, "text/javascript; charset=utf-8"),
    ]

    /// Where a page of people who work at a box says `<!-- page.html -->`: signing in, and what is said over the page.
    public static func page(_ html: [UInt8]) -> [UInt8] {
        let shared = String(decoding: PackageResources.page_html, as: UTF8.self)
        return Array(String(decoding: html, as: UTF8.self).replacing("<!-- page.html -->\n", with: shared).utf8)
    }
}
