import Glibc

/// A text file of the repository, named by its path from the root: `Sources/Shared/Wire/Batch.swift`.
struct TextFile: Sendable {
    var path: String
    var text: String

    /// The lines, without their ends.
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The last part of the path.
    var name: Substring { path.split(separator: "/").last ?? "" }
}

/// What there is to check: every file that is, or could be, committed.
enum Repository {
    /// The root: two folders above this one.
    static let root: String = {
        guard let resolved = realpath(#filePath, nil) else { preconditionFailure("this file has no path") }
        defer { free(resolved) }
        return String(cString: resolved).split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
    }()

    static let files: [TextFile] = paths(in: "").sorted().compactMap { path in
        read("\(root)/\(path)").map { TextFile(path: path, text: $0) }
    }

    static let swift = files.filter {
        $0.path.hasSuffix(".swift") && ($0.path.hasPrefix("Sources/") || $0.path.hasPrefix("Tests/"))
    }

    /// Folders and files that are made here and never committed; as in .gitignore.
    private static func isIgnored(_ name: String) -> Bool {
        name == ".git" || name.hasPrefix(".build") || name == "Package.resolved" || name == "node_modules"
            || name == "__pycache__" || name.hasSuffix(".profraw")
    }

    private static func paths(in folder: String) -> [String] {
        guard let directory = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != "..", !isIgnored(name) else { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: found += paths(in: path)
            case S_IFREG: found.append(path)
            default: continue
            }
        }
        return found
    }

    /// - Returns: nil for a file that is not UTF-8 text: a picture, say.
    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
