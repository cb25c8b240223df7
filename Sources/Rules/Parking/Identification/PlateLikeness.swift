public import Vocabulary

/// How alike two plates are to a camera.
///
/// Plate cameras take the characters of one group for each other (vendor manuals; I and O are not used on mainland
/// plates, but are read): 0 D Q O, 8 B, 2 Z, 5 S, 1 7 I. The groups do not overlap, so that two plates that differ in
/// such characters only have the same ``skeleton(_:)``.
public enum PlateLikeness {
    /// The plate with every character replaced by the first of its group.
    public static func skeleton(_ plate: Plate) -> String {
        var text = String.UnicodeScalarView()
        for scalar in plate.text.unicodeScalars { text.append(representative(scalar)) }
        return String(text)
    }

    /// In how many characters two plates differ, if a camera may take each of them for the other.
    /// - Returns: nil where they differ in anything else: another length, or a character that is not alike.
    public static func differences(_ left: Plate, _ right: Plate) -> Int? {
        if left == right { return 0 }
        var a = left.text.unicodeScalars.makeIterator(), b = right.text.unicodeScalars.makeIterator()
        var count = 0
        while true {
            switch (a.next(), b.next()) {
            case (nil, nil): return count
            case (let one?, let other?):
                if one == other { continue }
                guard representative(one) == representative(other) else { return nil }
                count += 1
            case (nil, _?), (_?, nil): return nil
            }
        }
    }

    private static func representative(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "D", "Q", "O": "0"
        case "B": "8"
        case "Z": "2"
        case "S": "5"
        case "7", "I": "1"
        default: scalar
        }
    }
}
