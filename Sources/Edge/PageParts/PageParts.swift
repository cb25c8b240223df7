/// What the box's pages share, compiled in: files, by the names under which pages ask for them.
public enum PageParts {
    public static let files: [(name: String, text: [UInt8], type: String)] = [
        ("page.css", PackageResources.page_css, "text/css; charset=utf-8"),
        ("page.js", PackageResources.page_js, "text/javascript; charset=utf-8"),
        ("page-dialogs.js", PackageResources.page_dialogs_js, "text/javascript; charset=utf-8"),
        // What a report's page does.
        ("report.js", PackageResources.report_js, "text/javascript; charset=utf-8"),
    ]
}
