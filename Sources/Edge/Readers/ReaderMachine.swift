internal import KeyWedge
internal import Scale
internal import Serial
internal import Vocabulary
internal import Wiegand

/// What comes from one reader's line or wires.
enum ReaderInput: Equatable, Sendable {
    case opened
    case failed(String)
    case bytes([UInt8])
    case pulse(Bool)
    case key(code: UInt16, value: Int32)
    /// Some of it was lost: what is under way is not to be trusted.
    case lost
}

/// One reader: from bytes, pulses and keys to cards, codes and weights. Pure: time is an argument.
struct ReaderMachine {
    /// How long a scale may be silent, beside what it is asked for.
    private static let silence = Uptime.Span.seconds(2)
    /// How much later the pulses of one wire may be read than those of the other.
    private static let slack = Uptime.Span.milliseconds(20)
    private static let mostPulses = 1_024
    private static let complaintPause = Uptime.Span.seconds(1)

    private enum Part {
        /// Pulses are kept until the frame is over and put in order of their times then: the two wires are read one
        /// after the other.
        case wiegand(WiegandBits, pulses: [(bit: Bool, at: Uptime)], until: Uptime?)
        case cardText(ScannerLines, CardText.Style)
        case cardFrames(CardFrames)
        case codes(ScannerLines)
        case keys(KeyEvents, KeyWedge, cards: CardText.Style?)
        case scale(ScaleFrames, ScaleSettling, heard: Uptime, told: ScaleSettling.Verdict?)
    }

    let reader: ReaderDevices.Reader
    private var part: Part
    private var complained: Uptime?
    private var fault: String?
    /// When a scale is asked next.
    private var nextRequest: Uptime?

    init(_ reader: ReaderDevices.Reader) {
        self.reader = reader
        part = ReaderMachine.part(reader.kind)
    }

    private static func part(_ kind: ReaderDevices.Kind) -> Part {
        switch kind {
        case .wiegand(_, _, let formats): .wiegand(WiegandBits(formats: formats), pulses: [], until: nil)
        case .cardText(_, let style): .cardText(ScannerLines(longest: 64), style)
        case .cardFrames: .cardFrames(CardFrames())
        case .codes: .codes(ScannerLines())
        case .keyboard(_, let cards): .keys(KeyEvents(), KeyWedge(), cards: cards)
        case .scale(_, let kind, _, let equal):
            .scale(
                ScaleFrames(kind), ScaleSettling(equalReadings: equal), heard: Uptime(nanoseconds: 0), told: nil)
        }
    }

    /// When ``tick(at:)`` has something to do.
    var deadline: Uptime? {
        switch part {
        case .wiegand(_, _, let until): until
        case .keys(_, let wedge, _): wedge.deadline
        case .scale(_, _, let heard, let told):
            [told == nil ? nil : heard + ReaderMachine.silence, nextRequest].compactMap { $0 }.min()
        case .cardText, .cardFrames, .codes: nil
        }
    }

    /// What a scale is to be sent now; nil for nothing.
    mutating func request(at now: Uptime) -> [UInt8]? {
        guard case .scale(_, _, let request?, _) = reader.kind, let next = nextRequest, now >= next else { return nil }
        nextRequest = now + .milliseconds(request.everyMilliseconds)
        return request.bytes
    }

    mutating func take(_ input: ReaderInput, at now: Uptime) -> [ReaderNews] {
        switch input {
        case .opened:
            let news = reset()
            if case .scale(_, _, .some, _) = reader.kind { nextRequest = now }
            defer { fault = nil }
            return news + (fault == nil ? [] : [.fault(device: reader.kind.device, nil)])
        case .failed(let why):
            let news = reset()
            nextRequest = nil
            defer { fault = why }
            return news + (fault == why ? [] : [.fault(device: reader.kind.device, why)])
        case .lost:
            if case .keys(_, var wedge, let cards) = part {
                wedge.interrupt(at: now)
                part = .keys(KeyEvents(), wedge, cards: cards)
                return complain("keys were lost; present it again", at: now)
            }
            return reset() + complain("some of it was lost; present it again", at: now)
        case .bytes(let bytes): return take(bytes, at: now)
        case .pulse(let bit):
            guard case .wiegand(let bits, var pulses, let until) = part else { return [] }
            if pulses.count < ReaderMachine.mostPulses { pulses.append((bit, now)) }
            let end = now + bits.pause + ReaderMachine.slack
            part = .wiegand(bits, pulses: pulses, until: max(end, until ?? end))
            return []
        case .key(let code, let value):
            guard case .keys(var events, var wedge, let cards) = part else { return [] }
            let character = events.take(code: code, value: value)
            let outputs = character.map { wedge.take($0, at: now) } ?? []
            part = .keys(events, wedge, cards: cards)
            return outputs.flatMap { typed($0, cards, at: now) }
        }
    }

    mutating func tick(at now: Uptime) -> [ReaderNews] {
        switch part {
        case .wiegand(var bits, let pulses, let until):
            guard let until, now >= until else { return [] }
            var outputs = pulses.sorted { $0.at < $1.at }.compactMap { bits.take($0.bit, at: $0.at) }
            if let last = bits.deadline, let output = bits.tick(at: last) { outputs.append(output) }
            part = .wiegand(bits, pulses: [], until: nil)
            return outputs.flatMap { output -> [ReaderNews] in
                switch output {
                case .card(let card): [.card(reader.lane, card)]
                case .refused(let error): complain(error.description, at: now)
                }
            }
        case .keys(let events, var wedge, let cards):
            guard let output = wedge.tick(at: now) else { return [] }
            part = .keys(events, wedge, cards: cards)
            return typed(output, cards, at: now)
        case .scale(let frames, var settling, let heard, .some) where now >= heard + ReaderMachine.silence:
            settling.interrupt()
            part = .scale(frames, settling, heard: heard, told: nil)
            return [.weight(reader.lane, nil)]
        case .scale, .cardText, .cardFrames, .codes: return []
        }
    }

    // MARK: -

    /// Begins anew: what came before belongs to nothing that comes after.
    private mutating func reset() -> [ReaderNews] {
        let hadWeight = if case .scale(_, _, _, .some) = part { true } else { false }
        part = ReaderMachine.part(reader.kind)
        return hadWeight ? [.weight(reader.lane, nil)] : []
    }

    private mutating func take(_ bytes: [UInt8], at now: Uptime) -> [ReaderNews] {
        switch part {
        case .cardText(var lines, let style):
            let outputs = lines.take(bytes, at: now)
            part = .cardText(lines, style)
            return outputs.flatMap { line($0, style, at: now) }
        case .codes(var lines):
            let outputs = lines.take(bytes, at: now)
            part = .codes(lines)
            return outputs.flatMap { line($0, nil, at: now) }
        case .cardFrames(var frames):
            let outputs = frames.take(bytes)
            part = .cardFrames(frames)
            return outputs.flatMap { output -> [ReaderNews] in
                switch output {
                case .card(let card): [.card(reader.lane, card)]
                case .refused(let error): complain(error.description, at: now)
                }
            }
        case .scale(var frames, var settling, var heard, var told):
            var news: [ReaderNews] = []
            for output in frames.take(bytes) {
                switch output {
                case .reading(let reading):
                    heard = now
                    let verdict = settling.take(reading, at: now)
                    if verdict != told { news.append(.weight(reader.lane, verdict)) }
                    told = verdict
                case .refused(let error):
                    settling.interrupt()
                    news += complain(error.description, at: now)
                }
            }
            part = .scale(frames, settling, heard: heard, told: told)
            return news
        case .wiegand, .keys: return []
        }
    }

    private mutating func line(
        _ output: ScannerLines.Output, _ style: CardText.Style?, at now: Uptime
    ) -> [ReaderNews] {
        switch output {
        case .line(let bytes): read(bytes, style, at: now)
        case .tooLong: complain("the reader sent a line that is too long", at: now)
        case .brokenOff(let count): complain("a line broke off after \(count) bytes; present it again", at: now)
        }
    }

    private mutating func typed(
        _ output: KeyWedge.Output, _ style: CardText.Style?, at now: Uptime
    ) -> [ReaderNews] {
        switch output {
        case .scan(let bytes): read(bytes, style, at: now)
        case .tooLong: complain("the reader typed a line that is too long", at: now)
        // Somebody leans on the keys, or the line lost some.
        case .typed: []
        }
    }

    private mutating func read(_ bytes: [UInt8], _ style: CardText.Style?, at now: Uptime) -> [ReaderNews] {
        guard let style else { return [.code(reader.lane, String(decoding: bytes, as: UTF8.self))] }
        do throws(CardTextError) {
            return [.card(reader.lane, try CardText.read(bytes, style))]
        } catch { return complain(error.description, at: now) }
    }

    private mutating func complain(_ why: String, at now: Uptime) -> [ReaderNews] {
        if let complained, now - complained < ReaderMachine.complaintPause { return [] }
        complained = now
        return [.unreadable(reader.lane, why)]
    }
}
