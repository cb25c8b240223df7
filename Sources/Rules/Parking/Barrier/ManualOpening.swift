/// What a manual opening must come with, on every way to the box: who, and why. When is in its record.
public enum ManualOpening {
    /// Whether a text names somebody or something: not empty, not only blanks.
    public static func isNamed(_ text: String) -> Bool { text.contains { !$0.isWhitespace } }
}
