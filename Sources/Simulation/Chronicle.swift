/// What happened in a run: the last moments in words, and a digest over all of them, by which two runs are compared.
struct Chronicle {
    private static let kept = 40

    private var last: [(at: Int64, text: () -> String)] = []
    private var start = 0
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var moments: Int64 = 0

    /// - Parameters:
    ///   - kind: goes into the digest with `number` and the time; the words are made only when somebody asks.
    mutating func note(_ kind: StaticString, _ number: Int64, at now: Int64, _ text: @escaping () -> String) {
        moments += 1
        mix(UInt64(bitPattern: now))
        mix(UInt64(bitPattern: number))
        kind.withUTF8Buffer { for byte in $0 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 } }
        if last.count < Chronicle.kept {
            last.append((now, text))
        } else {
            last[start] = (now, text)
            start = (start + 1) % Chronicle.kept
        }
    }

    /// Takes bytes into the digest, such as the head of a chain.
    mutating func mix(_ bytes: [UInt8]) {
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    private mutating func mix(_ word: UInt64) {
        digest = (digest ^ (word & 0xFFFF_FFFF)) &* 0x100_0000_01b3
        digest = (digest ^ (word >> 32)) &* 0x100_0000_01b3
    }

    /// The last moments, oldest first.
    var lines: [String] {
        (last[start...] + last[..<start]).map { moment in
            let text = moment.text()
            return "\(VirtualTime.words(moment.at))  \(text.count > 240 ? "\(text.prefix(240))…" : text)"
        }
    }
}

/// Virtual time: microseconds since the run began.
enum VirtualTime {
    static func seconds(_ count: Int64) -> Int64 { count * 1_000_000 }
    static func minutes(_ count: Int64) -> Int64 { count * 60_000_000 }

    /// `2d 03:04:05.678901`.
    static func words(_ time: Int64) -> String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let seconds = time / 1_000_000
        let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        return "\(seconds / 86_400)d \(clock.joined(separator: ":")).\(padded(time % 1_000_000, 6))"
    }
}
