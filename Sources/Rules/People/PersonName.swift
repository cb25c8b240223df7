/// How a name is shown where others can read it.
public enum PersonName {
    /// The longest name, in bytes of UTF-8.
    public static let longest = 64

    /// With the middle hidden: 张* , 张*三, 欧**明. However long it was, at most four characters are hidden, so that
    /// the length tells little.
    public static func masked(_ name: String) -> String {
        guard let first = name.first, let last = name.last else { return "*" }
        switch name.count {
        case 1: return "*"
        case 2: return "\(first)*"
        default: return "\(first)\(String(repeating: "*", count: min(4, name.count - 2)))\(last)"
        }
    }

    /// Whether a text can be a person's name: 1 to ``longest`` bytes, no control characters.
    public static func isName(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
