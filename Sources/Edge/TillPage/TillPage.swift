/// The pages of a till: their files, compiled in, so that a box needs no folder of them.
public enum TillPage {
    /// The cashier's page.
    public static let html = PackageResources.till_html
    public static let style = PackageResources.till_css
    /// What the cashier's page does, by the names under which it asks for its scripts.
    public static let scripts: [(name: String, text: [UInt8])] = [
        ("till-words.js", PackageResources.till_words_js), ("till-board.js", PackageResources.till_board_js),
        ("till-sale.js", PackageResources.till_sale_js),
    ]
    /// The customers' screen.
    public static let customer = PackageResources.customer_html
    public static let customerStyle = PackageResources.customer_css
    public static let customerScript = PackageResources.customer_js
}
