/// The driver's page: its files, compiled in, so that a box needs no folder of them.
public enum DriverPage {
    public static let html = PackageResources.driver_html
    public static let css = PackageResources.driver_css
    public static let script = PackageResources.driver_js
}
