/// A shift's report as a page, with the box's receipt printer if it has one.
enum ShiftReportPage {
    /// - Parameters:
    ///   - hasPrinter: the box has a receipt printer.
    ///   - state: what became of the report's last slip.
    static func html(_ page: ReportPage, hasPrinter: Bool, _ state: PrintState?) -> [UInt8] {
        let button = hasPrinter ? " <button id=\"slip\" type=\"button\">打印小票 Print a slip</button>" : ""
        let said = state.map { ReportHTML.escaped($0.text) } ?? ""
        let isBad = if case .failed = state { true } else { false }
        let nav = """
            \(button)
            <p id="slipState" role="status" class="\(isBad ? "box bad" : "")" data-state="\(state?.word ?? "none")">\(said)</p>
            """
        return ReportHTML.page("交班报表 Shift report", page.text, nav: nav)
    }
}
