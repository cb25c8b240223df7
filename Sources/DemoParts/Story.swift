internal import Glibc
internal import Host
internal import Journal
internal import Synchronization
internal import Vocabulary
package import Wire

/// Tells a demonstration line by line, with the time since its beginning, and follows what boxes write meanwhile.
package final class Story: Sendable {
    private struct Followers {
        var isStopping = false
        var threads: [HostThread] = []
    }

    private let began = BootClock.now()
    private let followers = Mutex(Followers())

    package init() {}

    package func chapter(_ title: String) { print("\n\(title)") }

    /// Prints a line of the story.
    package func say(_ place: String, _ text: String) {
        let elapsed = (BootClock.now() - began).milliseconds
        let seconds = "\(elapsed / 1000).\(elapsed % 1000 / 100)"
        let time = String(repeating: " ", count: max(0, 6 - seconds.count)) + seconds
        print("\(time) s  \(place)\(String(repeating: " ", count: max(1, 10 - place.count)))\(text)")
    }

    /// Begins to follow a journal, from record `from` on.
    /// - Parameter tell: gets each record as it comes, on a thread of its own.
    package func follow(_ path: String, from: Int64, tell: @escaping @Sendable (Record.Event) -> Void) throws {
        let thread = try HostThread(name: "narrator") { [self] in
            guard let reader = try? JournalReader(path: path) else { return }
            var next = from
            while true {
                let isLast = followers.withLock { $0.isStopping }
                while let page = try? reader.records(from: next), !page.lines.isEmpty {
                    for line in page.lines { if let (_, record) = try? Record.parse(line: line) { tell(record.event) } }
                    next = page.last + 1
                }
                if isLast { return }
                usleep(30_000)
            }
        }
        followers.withLock { $0.threads.append(thread) }
    }

    /// Tells the rest and ends.
    package func finish() {
        let threads = followers.withLock { followers in
            followers.isStopping = true
            return followers.threads
        }
        for thread in threads { thread.join() }
    }
}
