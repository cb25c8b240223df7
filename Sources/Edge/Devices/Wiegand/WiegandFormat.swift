/// Which bits of a reader's frame are the card's number and which are its parities. A value, so that a site with
/// another card can write it down; places count from 0 in the order of sending.
public struct WiegandFormat: Hashable, Sendable {
    /// A bit that makes the number of ones even or odd, together with the bits that it covers.
    public struct Parity: Hashable, Sendable {
        public var place: Int
        public var covers: Range<Int>
        public var isOdd: Bool

        public init(place: Int, covers: Range<Int>, isOdd: Bool) {
            self.place = place
            self.covers = covers
            self.isOdd = isOdd
        }
    }

    /// The longest frame, in bits.
    public static let longest = 128

    /// Bits of the whole frame, 4 to ``longest``.
    public let bits: Int
    /// The facility (site) code, the high part; nil for cards without one.
    public let facility: Range<Int>?
    /// The card's number, the low part.
    public let number: Range<Int>
    public let parities: [Parity]

    /// 26 bits (H10301): even parity over the first 12 data bits, odd over the last 12; 8 bits facility, 16 number.
    public static let bits26 = WiegandFormat(
        known: 26, facility: 1..<9, number: 9..<25,
        parities: [
            Parity(place: 0, covers: 1..<13, isOdd: false), Parity(place: 25, covers: 13..<25, isOdd: true),
        ])

    /// 34 bits: even parity over the first 16 data bits, odd over the last 16; 16 bits facility, 16 number.
    public static let bits34 = WiegandFormat(
        known: 34, facility: 1..<17, number: 17..<33,
        parities: [
            Parity(place: 0, covers: 1..<17, isOdd: false), Parity(place: 33, covers: 17..<33, isOdd: true),
        ])

    private init(known bits: Int, facility: Range<Int>?, number: Range<Int>, parities: [Parity]) {
        self.bits = bits
        self.facility = facility
        self.number = number
        self.parities = parities
    }

    /// A format from configuration.
    ///
    /// - Throws: ``WiegandFormatError`` for what cannot be read.
    public init(
        bits: Int, facility: Range<Int>?, number: Range<Int>, parities: [Parity]
    ) throws(WiegandFormatError) {
        guard (4...WiegandFormat.longest).contains(bits) else { throw .badLength(bits) }
        let frame = 0..<bits
        for field in [facility, number].compactMap({ $0 }) {
            guard !field.isEmpty, field.lowerBound >= 0, field.upperBound <= bits else { throw .outside(field, bits) }
        }
        if let facility, facility.overlaps(number) || facility.lowerBound > number.lowerBound {
            throw .facilityNotBeforeNumber
        }
        guard (facility?.count ?? 0) + number.count <= 64 else { throw .tooManyDataBits }
        for parity in parities {
            guard frame.contains(parity.place) else { throw .outside(parity.place..<parity.place &+ 1, bits) }
            guard !parity.covers.isEmpty, parity.covers.lowerBound >= 0, parity.covers.upperBound <= bits else {
                throw .outside(parity.covers, bits)
            }
            guard !parity.covers.contains(parity.place) else { throw .parityCoversItself(place: parity.place) }
        }
        self.init(known: bits, facility: facility, number: number, parities: parities)
    }

    /// Reads one frame.
    ///
    /// - Parameter frame: the bits in the order of sending.
    /// - Throws: ``WiegandError``; a frame with a wrong parity is never a card.
    public func card(_ frame: [Bool]) throws(WiegandError) -> CardNumber {
        guard frame.count == bits else { throw .wrongLength(found: frame.count, expected: bits) }
        // All ones or all zeros is what a reader with a broken wire sends; where no parity says so, we must.
        guard frame.contains(true), frame.contains(false) else { throw .brokenWire }
        for parity in parities {
            let ones = frame[parity.covers].count { $0 } + (frame[parity.place] ? 1 : 0)
            guard ones.isMultiple(of: 2) != parity.isOdd else { throw .badParity(place: parity.place) }
        }
        return CardNumber(
            facility: facility.map { value(frame[$0]) }, number: value(frame[number]), numberBits: number.count)
    }

    private func value(_ bits: ArraySlice<Bool>) -> UInt64 { bits.reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
}

/// Why a frame is no card.
public enum WiegandError: Error, Equatable, Sendable, CustomStringConvertible {
    case wrongLength(found: Int, expected: Int)
    case badParity(place: Int)
    /// All bits are equal.
    case brokenWire

    public var description: String {
        switch self {
        case .wrongLength(let found, let expected):
            "reading a card: the reader sent \(found) bits instead of \(expected); present the card again, "
                + "and if it stays so set the reader's length in the site's settings"
        case .badParity(let place):
            "reading a card: the parity in bit \(place) is wrong; present the card again, "
                + "and if it stays so check the reader's wires"
        case .brokenWire:
            "reading a card: all bits are equal; check the reader's wires D0 and D1"
        }
    }
}

/// Why a format of cards cannot be used.
public enum WiegandFormatError: Error, Equatable, Sendable, CustomStringConvertible {
    case badLength(Int)
    case outside(Range<Int>, Int)
    case facilityNotBeforeNumber
    case tooManyDataBits
    case parityCoversItself(place: Int)

    public var description: String {
        let what =
            switch self {
            case .badLength(let bits): "\(bits) bits; a frame has 4 to \(WiegandFormat.longest)"
            case .outside(let field, let bits):
                "bits \(field.lowerBound) to before \(field.upperBound) of a frame of \(bits); name bits within it"
            case .facilityNotBeforeNumber: "the facility must stand before the number and not overlap it"
            case .tooManyDataBits: "facility and number have more than 64 bits together; leave out what is not printed"
            case .parityCoversItself(let place): "the parity in bit \(place) covers itself; take it out of its range"
            }
        return "reading the card format of the site's settings: \(what)"
    }
}
