/// The attendant's page: three files, compiled in, so that a box needs no folder of them.
public enum DeskPage {
    public static let html = PackageResources.desk_html
    public static let css = PackageResources.desk_css
    public static let script = PackageResources.desk_js
}
