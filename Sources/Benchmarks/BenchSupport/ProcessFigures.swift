internal import Glibc
internal import Host

/// What the kernel says of a process.
package enum ProcessFigures {
    /// Resident memory now, in KiB.
    package static func residentKibibytes(_ pid: Int32? = nil) -> Int64 { number("VmRSS:", "status", pid) }

    /// The most resident memory there was, in KiB.
    package static func peakResidentKibibytes(_ pid: Int32? = nil) -> Int64 { number("VmHWM:", "status", pid) }

    /// The part of the resident memory that is no file's, in KiB: heap and stacks, not the program itself.
    package static func privateKibibytes(_ pid: Int32? = nil) -> Int64 { number("RssAnon:", "status", pid) }

    /// Bytes that it has handed to the disk.
    package static func writtenBytes(_ pid: Int32? = nil) -> Int64 { number("write_bytes:", "io", pid) }

    /// Processor time that the threads it has now have used, in nanoseconds.
    package static func processorNanoseconds(_ pid: Int32) -> Int64 {
        guard let folder = opendir("/proc/\(pid)/task") else { return 0 }
        defer { closedir(folder) }
        var sum: Int64 = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.first?.isNumber == true else { continue }
            // Its ticks of 10 ms would miss a thread that wakes for a moment; the scheduler counts nanoseconds.
            let counted = text("/proc/\(pid)/task/\(name)/schedstat")
            sum += counted.split(separator: " ").first.flatMap { Int64($0) } ?? 0
        }
        return sum
    }

    /// The machine's load of the last minute, as it stands in `/proc/loadavg`.
    package static var load: String {
        String(text("/proc/loadavg").split(separator: " ").first ?? "?")
    }

    private static func number(_ label: String, _ file: String, _ pid: Int32?) -> Int64 {
        for line in read(file, pid).split(separator: "\n") where line.hasPrefix(label) {
            return Int64(line.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
        }
        return 0
    }

    private static func read(_ file: String, _ pid: Int32?) -> String {
        text("/proc/\(pid.map { "\($0)" } ?? "self")/\(file)")
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? TextFile.read(path)) ?? [], as: UTF8.self)
    }
}
