public import JSONText
internal import Scale
internal import Serial
internal import Vocabulary
internal import Wiegand

extension ReaderDevices {
    /// Reads the `readers` of a hardware file; they may be left out.
    ///
    /// - Parameters:
    ///   - pulses: names of the board's inputs that count pulses. - taken: serial lines that other devices use.
    public init(_ root: ObjectReader, pulses: Set<String>, taken: Set<String> = []) {
        readers = root.objects("readers", count: 0...ReaderDevices.most) { ReaderDevices.reader($0, pulses) }
        var used = taken
        for reader in readers {
            let names: [String]
            if case .wiegand(let data0, let data1, _) = reader.kind {
                names = [data0, data1]
            } else {
                names = [reader.kind.device]
            }
            for name in names where !used.insert(name).inserted {
                root.refuse("readers", found: "\(name) twice", expected: "a line or device of its own for each reader")
            }
        }
    }

    private enum Word: String, CaseIterable { case wiegand, cardText, cardFrames, codes, keyboard, scale }
    private enum StyleWord: String, CaseIterable { case decimal, hexadecimal, hexadecimalReversed, printed }
    private enum ReadsWord: String, CaseIterable { case cards, codes }

    private static func reader(_ reader: ObjectReader, _ pulses: Set<String>) -> Reader? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let kind: Kind?
        switch reader.choice("kind") as Word {
        case .wiegand: kind = wiegand(reader, pulses)
        case .cardText:
            let style = style(reader)
            kind = serial(reader).map { .cardText($0, style) }
        case .cardFrames: kind = serial(reader).map { .cardFrames($0) }
        case .codes: kind = serial(reader).map { .codes($0) }
        case .keyboard: kind = keyboard(reader)
        case .scale: kind = scale(reader)
        }
        guard let lane, let kind else { return nil }
        return Reader(lane: lane, kind: kind)
    }

    private static func serial(_ reader: ObjectReader) -> SerialSettings? {
        reader.object("serial") { SerialSettings($0) }
    }

    private static func style(_ reader: ObjectReader) -> CardText.Style {
        switch reader.choice("style") as StyleWord {
        case .decimal: .decimal
        case .hexadecimal: .hexadecimal
        case .hexadecimalReversed: .hexadecimalReversed
        case .printed: .printed
        }
    }

    private static func keyboard(_ reader: ObjectReader) -> Kind? {
        let path = reader.string("device", longest: 255)
        let reads: ReadsWord = reader.choice("reads")
        let style = reads == .cards ? style(reader) : nil
        if !path.isEmpty, !path.hasPrefix("/dev/input/") {
            reader.refuse("device", found: "\"\(path)\"", expected: "a path such as /dev/input/by-id/…-event-kbd")
        }
        return .keyboard(path: path, cards: style)
    }

    private static func wiegand(_ reader: ObjectReader, _ pulses: Set<String>) -> Kind? {
        let data0 = reader.string("data0", longest: 32), data1 = reader.string("data1", longest: 32)
        for (key, name) in [("data0", data0), ("data1", data1)] where !name.isEmpty && !pulses.contains(name) {
            reader.refuse(key, found: "\"\(name)\"", expected: "an input of the board with countsPulses")
        }
        if data0 == data1, !data0.isEmpty {
            reader.refuse("data1", found: "the same as data0", expected: "the reader's other wire")
        }
        let formats = reader.objects("formats", count: 0...8) { format($0) }
        return .wiegand(data0: data0, data1: data1, formats: formats.isEmpty ? [.bits26, .bits34] : formats)
    }

    private static func format(_ reader: ObjectReader) -> WiegandFormat? {
        let places: ClosedRange<Int64> = 0...127
        func range(_ reader: ObjectReader) -> Range<Int>? {
            let from = Int(reader.integer("from", in: places))
            return from..<(from + Int(reader.integer("bits", in: 1...64)))
        }
        let bits = Int(reader.integer("bits", in: 4...128))
        let facility = reader.optionalObject("facility", range)
        let number = reader.object("number", range)
        let parities = reader.objects("parities", count: 0...8) { reader -> WiegandFormat.Parity? in
            let place = Int(reader.integer("bit", in: places)), isOdd = reader.bool("odd")
            return range(reader).map { WiegandFormat.Parity(place: place, covers: $0, isOdd: isOdd) }
        }
        guard let number else { return nil }
        do throws(WiegandFormatError) {
            return try WiegandFormat(bits: bits, facility: facility, number: number, parities: parities)
        } catch {
            reader.refuse("bits", found: error.description, expected: "a format whose parts fit together")
            return nil
        }
    }

    private enum ProtocolWord: String, CaseIterable { case toledo, yaohua, text }
    private enum UnitWord: String, CaseIterable { case gram, jin, kilogram }

    private static func scale(_ reader: ObjectReader) -> Kind? {
        func unit() -> ScaleUnit {
            switch reader.choice("unit", default: UnitWord.kilogram) {
            case .gram: .gram
            case .jin: .jin
            case .kilogram: .kilogram
            }
        }
        let kind: ScaleProtocol
        switch reader.choice("protocol") as ProtocolWord {
        case .toledo: kind = .toledo(hasChecksum: reader.bool("checksum"))
        case .yaohua: kind = .yaohua(unit: unit())
        case .text: kind = .text(unit: unit())
        }
        let request = reader.optionalObject("request") { reader -> ScaleRequest? in
            let bytes = reader.optionalIntegers("bytes", count: 1...16, in: 0...255, unit: "a byte") ?? []
            let every = reader.integer("everyMilliseconds", in: 50...5_000, unit: "milliseconds", default: 200)
            guard !bytes.isEmpty else {
                if !reader.has("bytes") {
                    reader.refuse("bytes", found: "nothing", expected: "what the scale is asked with")
                }
                return nil
            }
            return ScaleRequest(bytes: bytes.map { UInt8($0) }, everyMilliseconds: every)
        }
        let equal = Int(reader.integer("equalReadings", in: 2...100, default: 5))
        return serial(reader).map { .scale($0, kind, request: request, equalReadings: equal) }
    }
}
