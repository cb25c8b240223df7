/// The attendant's page: its files, compiled in, so that a box needs no folder of them.
public enum DeskPage {
    public static let html = PackageResources.desk_html
    public static let css = PackageResources.desk_css
    /// What a shift report's page does.
    public static let report = PackageResources.report_js
    public static let script = PackageResources.desk_js
}
