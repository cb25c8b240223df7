public import Effects
internal import GB18030Text
internal import Host
internal import Logging
internal import Serial
internal import Sign
internal import Speech
internal import Vocabulary

/// Shows notices on the lanes' signs and speaks them: what stands between the decision loop and the devices.
///
/// ``show(lane:_:)`` never blocks. One thread turns pages and writes what the devices want; each serial line and each
/// speech program has a thread of its own. A lane's newest notice replaces one that waits: nothing queues up.
public final class LaneDisplay: Sendable {
    /// What a site has instead of the built-in words and devices.
    public struct Options: Sendable {
        public var texts = SignTexts.builtIn

        public init() {}
    }

    let texts: SignTexts
    private let mailbox = Monitor(DisplayInput())
    private let lines: SerialLines
    private let speakers: [Speaker?]
    private let thread: HostThread?

    /// Opens the devices' lines and starts the threads.
    ///
    /// - Parameters:
    ///   - report: a fault of a device by its name, or nil when it works again; called on the devices' threads.
    /// - Throws: what cannot be read or started; a device that is not there now is reported, and tried again.
    init(
        _ devices: LaneDevices, options: Options, logger: Logger,
        report: @escaping @Sendable (_ device: String, _ fault: String?) -> Void
    ) throws {
        texts = options.texts
        let mailbox = self.mailbox
        if let fault = DeviceText.fault, !devices.signs.isEmpty || !devices.voices.isEmpty {
            logger.error("signs show no Chinese: \(fault)")
        }
        let clips = try devices.voices.map { try DisplayLoop.clips(of: $0) }
        lines = try SerialLines(devices) { path, event in
            switch event {
            case .opened:
                logger.info("serial line \(path) works")
                report(path, nil)
                // A sign that was away may have lost what it showed.
                mailbox.withLock { $0.isReopened = true }
                mailbox.wakeAll()
            case .failed(let fault):
                logger.warning("\(fault)")
                report(path, fault.description)
            case .received: break
            }
        }
        speakers = try devices.voices.map { voice in
            guard case .speech(let program) = voice.kind else { return nil }
            if let fault = program.fault {
                logger.error("\(voice.lane): \(fault)")
                report("voice \(voice.lane)", fault.description)
            }
            return try Speaker(program) { fault in
                logger.warning("\(voice.lane): \(fault)")
                report("voice \(voice.lane)", fault.description)
            }
        }
        guard !devices.signs.isEmpty || !devices.voices.isEmpty else {
            thread = nil
            return
        }
        let loop = HandedOver(
            DisplayLoop(
                devices, clips: clips, options: options, lines: lines, speakers: speakers, mailbox: mailbox))
        thread = try HostThread(name: "signs") { loop.value.run() }
    }

    /// Shows and speaks a notice at a lane.
    func show(lane: LaneID, _ notice: Notice) {
        guard thread != nil else { return }
        mailbox.withLock { $0.notices[lane] = notice }
        mailbox.wakeAll()
    }

    /// What was written to a twin sign or voice of a lane, oldest first.
    func twin(of lane: LaneID) -> [[UInt8]] { lines.twin(of: lane).frames }

    /// The same, when it is as wanted, or at the deadline.
    func twin(of lane: LaneID, until deadline: Uptime, _ isWanted: ([[UInt8]]) -> Bool) -> [[UInt8]] {
        lines.twin(of: lane).frames(until: deadline, isWanted)
    }

    /// Ends the threads; the signs keep what stands on them.
    func stop() {
        mailbox.withLock { $0.isStopped = true }
        mailbox.wakeAll()
        thread?.join()
        for speaker in speakers { speaker?.stop() }
        lines.stop()
    }
}

/// What waits for the display's thread.
struct DisplayInput {
    var notices: [LaneID: Notice] = [:]
    var isReopened = false
    var isStopped = false
}
