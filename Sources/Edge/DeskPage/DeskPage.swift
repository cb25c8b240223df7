/// The attendant's page: its files, compiled in, so that a box needs no folder of them.
public enum DeskPage {
    public static let html = PackageResources.desk_html
    public static let css = PackageResources.desk_css
    /// What the page does, by the names under which it asks for its scripts.
    public static let scripts: [(name: String, text: [UInt8])] = [
        ("desk-words.js", PackageResources.desk_words_js), ("desk-board.js", PackageResources.desk_board_js),
        ("desk-lane.js", PackageResources.desk_lane_js),
        ("desk-dialogs.js", PackageResources.desk_dialogs_js), ("desk-shift.js", PackageResources.desk_shift_js),
        ("desk-inside.js", PackageResources.desk_inside_js),
    ]
}
