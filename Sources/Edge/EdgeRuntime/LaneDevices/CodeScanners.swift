internal import Host
internal import Logging
internal import Serial
internal import Synchronization
internal import Vocabulary

/// The code scanners of a box: their lines, as text, in the order in which they were scanned.
final class CodeScanners: Sendable {
    private let ports: [SerialPort]

    /// - Parameters:
    ///   - report: a fault of a scanner's line, or nil when it works again.
    ///   - scanned: gets each line; called on the scanners' threads, must not block.
    init(
        _ scanners: [LaneDevices.Scanner], logger: Logger,
        report: @escaping @Sendable (_ device: String, _ fault: String?) -> Void,
        scanned: @escaping @Sendable (LaneID, String) -> Void
    ) throws {
        ports = try scanners.map { scanner in
            let lines = ScannerReader()
            return try SerialPort(scanner.serial, options: SerialLines.options(gap: 0)) { event in
                let path = scanner.serial.path
                switch event {
                case .opened:
                    logger.info("scanner of \(scanner.lane): serial line \(path) works")
                    report(path, nil)
                case .failed(let fault):
                    logger.warning("scanner of \(scanner.lane): \(fault)")
                    report(path, fault.description)
                case .received(let bytes):
                    for output in lines.take(bytes, at: BootClock.now()) {
                        switch output {
                        // What is no UTF-8 is no code: the reader of codes says so, without repeating it.
                        case .line(let line): scanned(scanner.lane, String(decoding: line, as: UTF8.self))
                        case .tooLong: logger.warning("\(scanner.lane): the scanner sent a line that is too long")
                        case .brokenOff(let count):
                            logger.warning("\(scanner.lane): a scan broke off after \(count) bytes and was dropped")
                        }
                    }
                }
            }
        }
    }

    func stop() { for port in ports { port.stop() } }
}

/// Lines of one scanner, taken on its thread only.
private final class ScannerReader: Sendable {
    private let lines = Mutex(ScannerLines())

    func take(_ bytes: [UInt8], at now: Uptime) -> [ScannerLines.Output] { lines.withLock { $0.take(bytes, at: now) } }
}
