internal import Glibc
internal import Host
package import StandIns

/// The programs that stand beside this one.
package enum Programs {
    /// The folder of this program.
    package static let folder: String = {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }()

    /// Starts a program beside this one.
    package static func start(_ name: String, _ arguments: [String]) throws -> Program {
        guard access("\(folder)/\(name)", X_OK) == 0 else {
            throw BenchError("\(folder)/\(name) is missing; run script/bench, which builds what a benchmark needs")
        }
        return try Program("\(folder)/\(name)", arguments)
    }

    /// Runs one to its end.
    /// - Returns: what it wrote.
    /// - Throws: ``BenchError`` if it fails.
    package static func run(_ name: String, _ arguments: [String]) throws -> [String] {
        let program = try start(name, arguments)
        return try end(of: program, name)
    }

    /// Waits for the end of a program.
    package static func end(of program: Program, _ name: String) throws -> [String] {
        let status = program.waitForEnd()
        guard status == 0 else {
            throw BenchError("\(name) failed (\(status)):\n\(program.lines.joined(separator: "\n"))")
        }
        return program.lines
    }

    /// Waits for a line of a program.
    package static func line(_ text: String, of program: Program, _ name: String, seconds: Int64 = 20) throws -> String
    {
        guard let line = program.waitForLine(text, seconds: seconds) else {
            throw BenchError(
                "\(name) did not say \"\(text)\" within \(seconds) s:\n\(program.lines.joined(separator: "\n"))")
        }
        return line
    }

    /// The whole numbers in a line.
    package static func numbers(in line: String) -> [Int64] {
        line.split { !$0.isNumber && $0 != "-" }.compactMap { Int64($0) }
    }

    /// Reads a file of whole numbers of 64 bits, as the peers write them.
    package static func samples(_ path: String) throws -> [Int64] {
        let bytes = try TextFile.read(path)
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
        }
    }

    /// Writes such a file.
    package static func write(_ samples: [Int64], to path: String) throws {
        try PrivateFile.write(samples.withUnsafeBytes { [UInt8]($0) }, to: path)
    }
}

/// What stops a benchmark, in words.
package struct BenchError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// The arguments of a benchmark: `--count 100000 --rounds 5`.
package struct Options {
    private var values: [String: Int] = [:]

    /// - Parameter known: the names that may be given, with their defaults.
    package init(_ known: [String: Int]) throws {
        values = known
        var words = CommandLine.arguments.dropFirst()
        while let word = words.popFirst() {
            guard word.hasPrefix("--"), known[String(word.dropFirst(2))] != nil, let text = words.popFirst(),
                let value = Int(text), value > 0
            else {
                let usage = known.sorted { $0.key < $1.key }.map { "[--\($0.key) \($0.value)]" }
                throw BenchError("\"\(word)\" is not understood; usage: \(usage.joined(separator: " "))")
            }
            values[String(word.dropFirst(2))] = value
        }
    }

    package subscript(_ name: String) -> Int { values[name] ?? 0 }
}

/// Runs a benchmark's body: says what stopped it, and with which load the machine began and ended.
package func runBenchmark(_ body: () throws -> Void) {
    print("load of the machine at the start: \(ProcessFigures.load)")
    do {
        try body()
        print("load of the machine at the end: \(ProcessFigures.load)")
    } catch {
        giveUp("\(error)")
    }
}

/// Says why on standard error, and ends the process.
package func giveUp(_ why: String) -> Never {
    // What was found before it goes out first.
    fflush(nil)
    let bytes = Array("\(why)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
    exit(1)
}
