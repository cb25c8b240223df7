internal import Glibc

struct Converter: ~Copyable {
    private let handle: iconv_t

    init(from source: String, to target: String) throws(GB18030Missing) {
        // The C library marks failure with the handle -1, not with a null handle.
        guard let opened = iconv_open(target, source), opened != iconv_t(bitPattern: -1) else {
            throw GB18030Missing(code: errno)
        }
        handle = opened
    }

    deinit { iconv_close(handle) }

    borrowing func convert(_ bytes: [UInt8]) throws(GB18030Missing) -> [UInt8]? {
        // Two bytes of GB18030 become at most three of UTF-8, and two of UTF-8 at most four of GB18030.
        let capacity = bytes.count * 2 + 8
        var input = bytes
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { target, written in
            input.withUnsafeMutableBytes { source in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var fromLeft = source.count
                var to: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(target.baseAddress!)
                    .assumingMemoryBound(to: CChar.self)
                var toLeft = capacity
                let irreversible = iconv(handle, &from, &fromLeft, &to, &toLeft)
                isWhole = irreversible == 0 && fromLeft == 0
                written = capacity - toLeft
            }
        }
        return isWhole ? output : nil
    }
}
