internal import Vocabulary

/// What a voice with numbered recordings plays for each step: a site's recordings, as data.
public struct VoiceClips: Equatable, Sendable {
    /// One item of a list: a recording, or a value that is read out.
    enum Item: Equatable, Sendable {
        case clip(Int)
        case value(Notice.Placeholder)
    }

    /// The numbers that recordings have: two digits.
    public static let numbers: ClosedRange<Int> = 0...99

    /// The recordings of one language.
    struct Voice: Equatable, Sendable {
        var steps: [Notice.Step: [Item]] = [:]
        /// What is said for a reason; a reason without any is not said.
        var reasons: [Notice.HoldReason: [Item]] = [:]
        /// The recordings of 0 to 9.
        var digits: [Int] = []
        /// Ten, hundred, thousand, ten thousand; empty where amounts are read digit by digit.
        var units: [Int] = []
        var point = 0
        /// Recordings of letters and of the characters of plates; those that have none are not said.
        var characters: [Character: Int] = [:]
    }

    var chinese: Voice?
    var english: Voice?

    /// The recordings of a notice, one language after the other.
    /// - Returns: empty where this step is not spoken.
    public func clips(_ notice: Notice) -> [Int] {
        [chinese, english].compactMap { $0 }.flatMap { voice -> [Int] in
            let values = notice.values
            return (voice.steps[notice.step] ?? []).flatMap { voice.clips($0, values) }
        }
    }
}

extension VoiceClips.Voice {
    fileprivate func clips(_ item: VoiceClips.Item, _ values: Notice.Values) -> [Int] {
        switch item {
        case .clip(let number): [number]
        case .value(.plate): values.plate.map(spelt) ?? []
        case .value(.amount): values.amount.map(read) ?? []
        case .value(.days): values.days.map { whole($0.magnitude) } ?? []
        case .value(.reason): (values.reason.flatMap { reasons[$0] } ?? []).flatMap { clips($0, values) }
        case .value(.coupon): []
        }
    }

    private func spelt(_ plate: Plate) -> [Int] {
        plate.text.compactMap { character in
            if let digit = character.wholeNumberValue, (0...9).contains(digit) { return digits[digit] }
            return characters[character]
        }
    }

    /// An amount in yuan: `12.50` as 12 point 5, `12.00` as 12.
    private func read(_ amount: Fen) -> [Int] {
        let magnitude = amount.count.magnitude
        let cents = Int(magnitude % 100)
        var clips = whole(magnitude / 100)
        guard cents > 0 else { return clips }
        clips += [point, digits[cents / 10]]
        if cents % 10 > 0 { clips.append(digits[cents % 10]) }
        return clips
    }

    /// A whole number: as Chinese reads it where there are recordings of the units, digit by digit else.
    func whole(_ number: UInt64) -> [Int] {
        let all = String(number).utf8.map { Int($0 - 0x30) }
        // Chinese counts in ten thousands; nobody is charged a hundred million yuan.
        guard units.count == 4, all.count <= 8 else { return all.map { digits[$0] } }
        guard number > 0 else { return [digits[0]] }
        let high = Int(number / 10_000), low = Int(number % 10_000)
        var clips: [Int] = []
        if high > 0 { clips += group(high, isFirst: true) + [units[3]] }
        // A gap in the middle is read as one zero: 10 005 is "one ten-thousand zero five".
        if high > 0, low > 0, low < 1_000 { clips.append(digits[0]) }
        if low > 0 { clips += group(low, isFirst: high == 0) }
        return clips
    }

    /// A number of 1 to 9999.
    private func group(_ number: Int, isFirst: Bool) -> [Int] {
        var clips: [Int] = []
        var hasGap = false
        for (place, weight) in [(3, 1_000), (2, 100), (1, 10), (0, 1)] {
            let digit = number / weight % 10
            if digit == 0 {
                hasGap = !clips.isEmpty
                continue
            }
            if hasGap { clips.append(digits[0]) }
            hasGap = false
            // Ten to nineteen begin with "ten", not with "one ten".
            if !(place == 1 && digit == 1 && clips.isEmpty && isFirst) { clips.append(digits[digit]) }
            if place > 0 { clips.append(units[place - 1]) }
        }
        return clips
    }
}
