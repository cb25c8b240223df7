internal import GB18030Text

/// Conversion between UTF-8 and GB18030, the superset of GB2312 and GBK that Chinese cameras write.
public enum GB18030 {
    /// - Returns: the same text in UTF-8, or nil when the bytes are not GB18030.
    /// - Throws: ``PlateCameraError/converterMissing(code:)``.
    public static func toUTF8(_ bytes: [UInt8]) throws(PlateCameraError) -> [UInt8]? {
        try converting { () throws(GB18030Missing) in try GB18030Text.toUTF8(bytes) }
    }

    /// - Returns: the same text in GB18030, or nil when the bytes are not UTF-8.
    /// - Throws: ``PlateCameraError/converterMissing(code:)``.
    public static func fromUTF8(_ bytes: [UInt8]) throws(PlateCameraError) -> [UInt8]? {
        try converting { () throws(GB18030Missing) in try GB18030Text.fromUTF8(bytes) }
    }

    private static func converting(
        _ convert: () throws(GB18030Missing) -> [UInt8]?
    ) throws(PlateCameraError) -> [UInt8]? {
        do throws(GB18030Missing) { return try convert() } catch { throw .converterMissing(code: error.code) }
    }
}
