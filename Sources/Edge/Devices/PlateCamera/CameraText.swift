internal import Vocabulary

/// The text of a push, converted to UTF-8.
///
/// Cameras write UTF-8 or GB2312 by a setting, and what they declare about it is not to be trusted. Bytes that are
/// valid UTF-8 are read as UTF-8 first. That is not proof: 鲁 in GB2312 is C2 B3, which is valid UTF-8 for "³" (so are
/// 豫, 学 and 使). But no such accident gives a character that plates have, so a plate that is refused in UTF-8 is read
/// again as GB18030. GB18030 gives a Chinese character for almost any two bytes (京 in UTF-8 begins as 浜, Ω is 惟), so
/// in that reading a plate may only have the Chinese characters that are on plates.
struct CameraText {
    enum Encoding { case utf8, gb18030 }

    /// UTF-8, whatever the camera wrote.
    let bytes: [UInt8]
    /// What the camera wrote.
    let encoding: Encoding

    /// Reads a text in the encoding that makes sense of it.
    ///
    /// - Parameter read: called once or twice; it must throw ``PlateCameraError/badPlate(_:)`` where the plate has a
    ///   character that no plate has.
    /// - Throws: what `read` throws, in the reading that is UTF-8 if both fail; ``PlateCameraError/notText``.
    static func read<Value>(
        _ bytes: [UInt8], _ read: (CameraText) throws(PlateCameraError) -> Value
    ) throws(PlateCameraError) -> Value {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            guard let converted = try GB18030.toUTF8(bytes) else { throw .notText }
            return try read(CameraText(bytes: converted, encoding: .gb18030))
        }
        let fault: PlateCameraError
        do { return try read(CameraText(bytes: bytes, encoding: .utf8)) } catch { fault = error }
        guard case .badPlate(.badCharacter) = fault, bytes.contains(where: { $0 >= 0x80 }),
            let converted = try GB18030.toUTF8(bytes)
        else { throw fault }
        do { return try read(CameraText(bytes: converted, encoding: .gb18030)) } catch { throw fault }
    }

    /// The plate in the text of the plate field.
    ///
    /// - Parameter written: from ``bytes``, so in UTF-8.
    /// - Returns: nil when the camera says that there is no plate.
    /// - Throws: ``PlateCameraError/badPlate(_:)``.
    func plate(_ written: String) throws(PlateCameraError) -> Plate? {
        if encoding == .gb18030, let reread = try rereadAsUTF8(written) {
            switch reread {
            case .noPlate: return nil
            case .plate(let plate): return plate
            }
        }
        guard !PlateText.saysNoPlate(written) else { return nil }
        let plate: Plate
        do { plate = try Plate(PlateText.withoutColour(written)) } catch { throw .badPlate(error) }
        if encoding == .gb18030, let strange = plate.text.unicodeScalars.first(where: PlateText.isStrange) {
            throw .badPlate(.badCharacter(strange.value))
        }
        return plate
    }

    /// A push in UTF-8 with one damaged character (a long name cut in its middle) is not valid UTF-8, is read as
    /// GB18030, and would get a wrong but acceptable plate. So the plate's own bytes are looked at again.
    private func rereadAsUTF8(_ written: String) throws(PlateCameraError) -> Reread? {
        let utf8 = Array(written.utf8)
        guard utf8.contains(where: { $0 >= 0x80 }), let original = try GB18030.fromUTF8(utf8),
            let reread = String(validating: original, as: UTF8.self)
        else { return nil }
        if PlateText.saysNoPlate(reread) { return .noPlate }
        guard let plate = try? Plate(PlateText.withoutColour(reread)) else { return nil }
        return .plate(plate)
    }

    private enum Reread { case noPlate, plate(Plate) }
}

/// What cameras write in the plate field around or instead of a plate.
enum PlateText {
    /// The texts that mean "a vehicle, but no plate read", besides the empty one and `_…_`.
    private static let noPlate: Set<String> = [
        "无", "无牌", "无牌车", "无车牌", "未识别", "未知", "noplate", "no plate", "unknown", "none",
        "unlicensed", "<unknown>",
    ]

    /// The colour that Hikvision writes before a mainland plate: 蓝浙A12345.
    private static let colours: [Character: PlateColour] = [
        "蓝": .blue, "黄": .yellow, "白": .white, "黑": .black, "绿": .green,
    ]

    /// The Chinese characters of mainland plates: provinces, then what vehicles of a kind have at either end.
    private static let characters: Set<Unicode.Scalar> = Set(
        ("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新" + "港澳台学警挂使领试超应急民航临时入境农林拖电消武军空海"
            + "北沈兰济南广成").unicodeScalars)

    /// A Chinese character that no plate is known to have.
    static func isStrange(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x80 && !characters.contains(scalar) }

    static func saysNoPlate(_ written: String) -> Bool {
        let text = written.trimmed
        if text.isEmpty || noPlate.contains(text.lowercased()) { return true }
        return text.count >= 2 && text.hasPrefix("_") && text.hasSuffix("_")
    }

    /// The plate without the colour before it: a colour followed by another Chinese character. 黑A12345 is a plate of
    /// Heilongjiang and stays; 黑粤Z1234澳 is a black plate.
    static func withoutColour(_ written: String) -> Substring {
        var rest = Substring(written.trimmed)
        // Two at most: 黄绿 is one colour of two characters.
        for _ in 0..<2 where colour(before: rest) != nil { rest = rest.dropFirst() }
        return rest
    }

    /// The colour written before the plate, if there is one.
    static func colour(in written: String) -> PlateColour {
        let rest = Substring(written.trimmed)
        guard let first = colour(before: rest) else { return .unknown }
        if first == .yellow, colour(before: rest.dropFirst()) == .green { return .yellowGreen }
        return first
    }

    private static func colour(before text: Substring) -> PlateColour? {
        guard let first = text.first, let colour = colours[first] else { return nil }
        guard let second = text.dropFirst().unicodeScalars.first else { return nil }
        return (0x4E00...0x9FFF).contains(second.value) ? colour : nil
    }
}

extension Plate {
    init(_ written: Substring) throws(PlateError) { try self.init(String(written)) }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
