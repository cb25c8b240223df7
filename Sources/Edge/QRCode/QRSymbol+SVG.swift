extension QRSymbol {
    /// The light margin that a scanner needs around a symbol, in modules (ISO/IEC 18004).
    public static let quietZone = 4

    /// The symbol as an SVG picture: one unit is one module, the quiet zone is part of it, it is dark on white whatever
    /// page it stands on, and its edges stay sharp at every size.
    /// - Parameter title: what a screen reader says.
    public func svg(title: String) -> String {
        let side = width + 2 * QRSymbol.quietZone
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let run = isDark[(row * width + column)..<((row + 1) * width)].prefix { $0 }.count
                if run > 0 {
                    path += "M\(column + QRSymbol.quietZone) \(row + QRSymbol.quietZone)h\(run)v1h-\(run)z"
                }
                column += max(run, 1)
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges" role="img">\
            <title>\(QRSymbol.escaped(title))</title>\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path fill="#000" d="\(path)"/></svg>

            """
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
