internal import Glibc

/// Conversion between UTF-8 and GB18030, the superset of GB2312 and GBK that Chinese cameras, signs and printers speak.
public enum GB18030Text {
    /// - Returns: the same text in UTF-8, or nil when the bytes are not GB18030.
    public static func toUTF8(_ bytes: [UInt8]) throws(GB18030Missing) -> [UInt8]? {
        try Converter(from: "GB18030", to: "UTF-8").convert(bytes)
    }

    /// - Returns: the same text in GB18030, or nil when the bytes are not UTF-8.
    public static func fromUTF8(_ bytes: [UInt8]) throws(GB18030Missing) -> [UInt8]? {
        try Converter(from: "UTF-8", to: "GB18030").convert(bytes)
    }

    /// The text in GB18030.
    public static func encode(_ text: String) throws(GB18030Missing) -> [UInt8] {
        guard let bytes = try fromUTF8(Array(text.utf8)) else {
            preconditionFailure("GB18030 has every character of Unicode, but not all of these")
        }
        return bytes
    }
}

/// This machine cannot convert GB18030: our installation's fault, not the device's.
public struct GB18030Missing: Error, Equatable, CustomStringConvertible {
    /// The `errno` value of `iconv_open`.
    public let code: Int32

    public var description: String {
        "this machine cannot convert GB18030 (iconv_open, errno \(code)); install libc-gconv-modules-extra"
    }
}
