import Glibc

/// Runs the C program beside this one and reads its line.
/// - Returns: nil, with a word on standard error, if it cannot be run.
func runPeer(path: String, rows: Int, warmup: Int, group: Int) -> Round? {
    let program = ownFolder() + "/JournalPeer"
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    let arguments = [program, path, String(rows), String(warmup), String(group)]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let result = posix_spawn(&process, program, &actions, nil, &pointers, environ)
    close(ends[1])
    guard result == 0 else {
        complain("cannot run \(program): \(String(cString: strerror(result))); build the target JournalPeer\n")
        return nil
    }
    let text = readText(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status == 0 ? Round(peerLine: text) : nil
}

private func ownFolder() -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

func complain(_ text: String) { _ = text.withCString { write(2, $0, strlen($0)) } }
