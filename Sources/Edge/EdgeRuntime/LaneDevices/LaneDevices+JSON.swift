internal import Effects
internal import JSONText
internal import Serial
internal import Sign
internal import Speech
internal import Vocabulary

extension LaneDevices {
    /// Reads the `signs`, `voices`, `scanners` and `printers` of a hardware file; all may be left out.
    ///
    /// - Parameter folder: from which the paths of other files count.
    init(_ root: ObjectReader, folder: String) {
        signs = root.objects("signs", count: 0...LaneDevices.most) { LaneDevices.sign($0) }
        voices = root.objects("voices", count: 0...LaneDevices.most) { LaneDevices.voice($0, folder) }
        scanners = root.objects("scanners", count: 0...LaneDevices.most) { reader in
            let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
            let serial = reader.object("serial") { LaneDevices.serial($0)?.settings }
            guard let lane, let serial else { return nil }
            return Scanner(lane: lane, serial: serial)
        }
        printers = root.objects("printers", count: 0...LaneDevices.most) { SlipPrinter($0) }
        checkLines(root)
    }

    /// Devices that share a line must agree on it, and a scanner shares with nobody: what it sends would be taken for a
    /// sign's answer.
    private func checkLines(_ root: ObjectReader) {
        var lines: [String: (output: Output, users: Int)] = [:]
        for output in signs.map(\.output) + voices.map(\.output) {
            guard case .serial(let settings, _) = output else { continue }
            let before = lines[settings.path]
            if let before, before.output != output {
                root.refuse(
                    signs.isEmpty ? "voices" : "signs", found: "two settings of the serial line \(settings.path)",
                    expected: "the same settings wherever the line is named")
            }
            lines[settings.path] = (output, (before?.users ?? 0) + 1)
        }
        for (path, line) in lines where line.users > SerialPort.mostSlots {
            root.refuse(
                "signs", found: "\(line.users) devices on \(path)", expected: "at most \(SerialPort.mostSlots)")
        }
        var taken = Set(lines.keys)
        for scanner in scanners where !taken.insert(scanner.serial.path).inserted {
            root.refuse(
                "scanners", found: "the serial line \(scanner.serial.path), which another device uses",
                expected: "a line of its own for each scanner")
        }
    }

    /// The serial lines that these devices use.
    var serialPaths: Set<String> {
        let outputs = (signs.map(\.output) + voices.map(\.output)).compactMap { output -> String? in
            if case .serial(let settings, _) = output { settings.path } else { nil }
        }
        return Set(outputs + scanners.map(\.serial.path))
    }

    private enum SignKind: String, CaseIterable { case lines, olm, twin }

    private static func sign(_ reader: ObjectReader) -> Sign? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let driver: SignDriver?
        switch reader.choice("kind") as SignKind {
        case .lines: driver = .lines(LineSign(pagePrefix: bytes(reader, "pagePrefix")))
        case .olm: driver = .olm(board(reader))
        case .twin: driver = .twin
        }
        let shape = SignShape(
            columns: Int(reader.integer("columns", in: 4...128, unit: "columns; a Chinese character takes 2")),
            rows: Int(reader.integer("rows", in: 1...8)),
            pageSeconds: reader.integer("pageSeconds", in: 1...60, unit: "seconds", default: 3),
            clearAfterSeconds: reader.integer("clearAfterSeconds", in: 5...3_600, unit: "seconds", default: 180))
        let languages = languages(reader, default: [.chinese, .english])
        let output = driver == .twin ? .twin : output(reader)
        guard let lane, let driver, let output else { return nil }
        return Sign(lane: lane, driver: driver, shape: shape, languages: languages, output: output)
    }

    private enum VoiceKind: String, CaseIterable { case olm, clips, speech, twin }

    private static func voice(_ reader: ObjectReader, _ folder: String) -> Voice? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let kind: Voice.Kind
        var output: Output? = .twin
        var languages: [SignTexts.Language] = [.chinese, .english]
        switch reader.choice("kind") as VoiceKind {
        case .olm:
            // What these boards have recorded is Chinese.
            kind = .olm(board(reader))
            languages = [.chinese]
            output = self.output(reader)
        case .clips:
            let path = reader.string("clips")
            kind = .clips(path: path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)")
            output = self.output(reader)
        case .speech:
            kind = .speech(program(reader))
            languages = self.languages(reader, default: languages)
        case .twin: kind = .twin
        }
        guard let lane, let output else { return nil }
        return Voice(lane: lane, kind: kind, languages: languages, output: output)
    }

    private static func program(_ reader: ObjectReader) -> SpeechProgram {
        let path = reader.string("program", longest: 1_024)
        if !path.isEmpty, !path.hasPrefix("/") {
            reader.refuse("program", found: "\"\(path)\"", expected: "a full path, such as /usr/bin/espeak-ng")
        }
        let arguments = reader.parsedList(
            "arguments", count: 0...SpeechProgram.mostArguments, expected: "an argument"
        ) { (text: String) throws(Never) -> String in text }
        return SpeechProgram(
            path: path, arguments: arguments,
            mostSeconds: reader.integer("mostSeconds", in: 1...120, unit: "seconds", default: 15))
    }

    private static func board(_ reader: ObjectReader) -> OLMBoard {
        let range: ClosedRange<Int64> = 0...255
        return reader.optionalObject("board") { reader in
            OLMBoard(
                address: UInt8(reader.integer("address", in: range, default: 0)),
                version: UInt8(reader.integer("version", in: range, default: 100)),
                entry: reader.choice("entry", default: .atOnce), colour: reader.choice("colour", default: .red),
                font: UInt8(reader.integer("font", in: range, default: 3)),
                codes: reader.choice("codes", default: OLMBoard.CodeSize.none))
        } ?? OLMBoard()
    }

    private static func bytes(_ reader: ObjectReader, _ key: String) -> [UInt8] {
        (reader.optionalIntegers(key, count: 0...16, in: 0...255, unit: "a byte") ?? []).map { UInt8($0) }
    }

    private struct NoLanguage: Error, CustomStringConvertible {
        var description: String { "the languages are zh and en" }
    }

    private static func languages(
        _ reader: ObjectReader, default fallback: [SignTexts.Language]
    ) -> [SignTexts.Language] {
        guard reader.has("languages") else {
            _ = reader.optionalString("languages")
            return fallback
        }
        return reader.parsedList("languages", count: 1...2, expected: "zh or en") {
            (text: String) throws(NoLanguage) -> SignTexts.Language in
            guard let language = SignTexts.Language(rawValue: text) else { throw NoLanguage() }
            return language
        }
    }

    private static func output(_ reader: ObjectReader) -> Output? {
        if reader.optionalString("camera") != nil {
            reader.refuse(
                "camera", found: "the serial port of a camera",
                expected: "a serial line of the box: what hangs on a camera's port cannot be driven")
        }
        return reader.object("serial") { LaneDevices.serial($0) }.map { .serial($0.settings, gapMilliseconds: $0.gap) }
    }

    private static func serial(_ reader: ObjectReader) -> (settings: SerialSettings, gap: Int64)? {
        let gap = reader.integer("gapMilliseconds", in: 0...1_000, unit: "milliseconds", default: 20)
        return SerialSettings(reader).map { ($0, gap) }
    }
}
