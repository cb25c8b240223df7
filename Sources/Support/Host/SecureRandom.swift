internal import CLinux
internal import Glibc

/// Random bytes from the kernel's generator (`getrandom`), fit for keys and identifiers.
public enum SecureRandom {
    /// Waits for the generator to be seeded, which it is soon after boot.
    ///
    /// - Parameter count: 0 or more.
    public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let result = turnpike_random(buffer.baseAddress! + filled, count - filled)
                // With these arguments an interruption is the only failure the kernel knows.
                precondition(result > 0 || errno == EINTR, "getrandom failed: \(SystemError.text(errno))")
                if result > 0 { filled += result }
            }
        }
    }

    /// 64 random bits.
    public static func bits64() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
