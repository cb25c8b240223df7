internal import Effects
internal import GB18030Text
internal import Host
internal import JSONText
internal import Serial
internal import Sign
internal import Speech
internal import Vocabulary

/// The body of the display's thread: notices in, pages and speech out.
struct DisplayLoop {
    /// A notice that comes again within this time is on the sign already, and is not spoken again.
    static let sameNoticeFor = Uptime.Span.seconds(10)

    private struct Sign {
        let device: LaneDevices.Sign
        let slot: Int
        var pager: SignPager
        /// The code that stands on it in place of pages.
        var code: [[UInt8]]?
    }

    private let texts: SignTexts
    private let lines: SerialLines
    private let voices: [LaneDevices.Voice]
    private let clips: [VoiceClips?]
    private let speakers: [Speaker?]
    private let mailbox: Monitor<DisplayInput>
    private var signs: [Sign] = []
    private var slots: [String: Int] = [:]
    private var voiceSlots: [Int] = []
    private var last: [LaneID: (notice: Notice, at: Uptime)] = [:]

    init(
        _ devices: LaneDevices, clips: [VoiceClips?], options: LaneDisplay.Options, lines: SerialLines,
        speakers: [Speaker?], mailbox: Monitor<DisplayInput>
    ) {
        texts = options.texts
        self.lines = lines
        self.clips = clips
        self.speakers = speakers
        self.mailbox = mailbox
        voices = devices.voices
        let now = BootClock.now()
        for sign in devices.signs {
            let idle = sign.languages.flatMap { sign.shape.pages(texts.idleLines($0)) }
            signs.append(
                Sign(
                    device: sign, slot: nextSlot(sign.output),
                    pager: SignPager(shape: sign.shape, idle: idle, at: now)))
        }
        voiceSlots = voices.map { nextSlot($0.output) }
    }

    private mutating func nextSlot(_ output: LaneDevices.Output) -> Int {
        guard case .serial(let settings, _) = output else { return 0 }
        defer { slots[settings.path, default: 0] += 1 }
        return slots[settings.path, default: 0]
    }

    /// The recordings that a voice names.
    /// - Throws: what is wrong with the file.
    static func clips(of voice: LaneDevices.Voice) throws -> VoiceClips? {
        guard case .clips(let path) = voice.kind else { return nil }
        return try VoiceClips(try TextFile.read(path), file: path)
    }

    mutating func run() {
        while true {
            let deadline = signs.map(\.pager.deadline).min()
            let input = mailbox.wait(until: deadline) { input -> DisplayInput? in
                guard !input.notices.isEmpty || input.isReopened || input.isStopped else { return nil }
                defer { input = DisplayInput(isStopped: input.isStopped) }
                return input
            }
            let now = BootClock.now()
            if let input {
                if input.isStopped { return }
                if input.isReopened {
                    for index in signs.indices {
                        signs[index].pager.showAgain(at: now)
                        let sign = signs[index]
                        if let code = sign.code { write(code, sign.device.lane, sign.device.output, sign.slot) }
                    }
                }
                for (lane, notice) in input.notices { show(lane, notice, at: now) }
            }
            for index in signs.indices {
                guard let page = signs[index].pager.page(at: now) else { continue }
                let sign = signs[index].device
                if let frames = sign.driver.frames(page: page, rows: sign.shape.rows) {
                    let before = signs[index].code == nil ? [] : sign.driver.codeAway
                    signs[index].code = nil
                    write(before + frames, sign.lane, sign.output, signs[index].slot)
                }
            }
        }
    }

    private mutating func show(_ lane: LaneID, _ notice: Notice, at now: Uptime) {
        if let before = last[lane], before.notice == notice, now - before.at < DisplayLoop.sameNoticeFor { return }
        last[lane] = (notice, now)
        for index in signs.indices where signs[index].device.lane == lane {
            let sign = signs[index].device
            if let code = notice.code, let kind = notice.codeKind,
                let frames = sign.driver.frames(code: code, caption: kind.chinese)
            {
                signs[index].code = frames
                signs[index].pager.pause(at: now)
                write(frames, lane, sign.output, signs[index].slot)
                continue
            }
            let pages = sign.languages.flatMap { sign.shape.pages(texts.lines(notice, $0)) }
            signs[index].pager.show(pages, at: now)
        }
        for index in voices.indices where voices[index].lane == lane { speak(notice, index) }
    }

    private func speak(_ notice: Notice, _ index: Int) {
        let voice = voices[index]
        switch voice.kind {
        case .olm(let board):
            guard let frame = try? board.speech(texts.lines(notice, .chinese)) else { return }
            write([frame], voice.lane, voice.output, voiceSlots[index])
        case .clips:
            let list = clips[index]?.clips(notice) ?? []
            if !list.isEmpty { write([JQ8Board().play(list)], voice.lane, voice.output, voiceSlots[index]) }
        case .speech:
            let parts = voice.languages.map { language in
                (language.rawValue, texts.lines(notice, language).joined(separator: language == .chinese ? "，" : " "))
            }
            speakers[index]?.say(Speaker.Speech(parts))
        case .twin:
            write([Array(texts.text(notice, .chinese).utf8)], voice.lane, .twin, 0)
        }
    }

    private func write(_ frames: [[UInt8]], _ lane: LaneID, _ output: LaneDevices.Output, _ slot: Int) {
        switch output {
        case .serial(let settings, _): lines.port(settings.path)?.send(frames, slot: slot)
        case .twin: lines.twin(of: lane).write(frames)
        }
    }
}
