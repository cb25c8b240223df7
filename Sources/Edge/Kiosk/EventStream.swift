internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle

/// What a feed holds, as server-sent events: now, whenever it changes, and a sign of life in between.
enum EventStream {
    /// How often a stream without news says that it lives.
    static let heartbeat = Duration.seconds(10)

    /// - Parameters:
    ///   - isWelcome: asked before each element; a reader who no longer is gets none, and the stream ends.
    ///   - state: what is sent, made of what the feed holds.
    /// - Returns: nil when too many listen already.
    static func response(
        _ feed: BoardFeed, isWelcome: @escaping @Sendable () -> Bool = { true },
        state: @escaping @Sendable () -> [UInt8]
    ) -> Response? {
        guard let (id, changes, nudge) = feed.listen() else { return nil }
        let body = ResponseBody { writer in
            let clock = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: heartbeat)
                    nudge.yield()
                }
            }
            defer {
                clock.cancel()
                feed.leave(id)
            }
            var shown = feed.current.version
            try await writer.write(Reply.event(state(), retry: true))
            for await _ in changes.cancelOnGracefulShutdown() {
                guard isWelcome() else { break }
                let version = feed.current.version
                try await writer.write(version == shown ? Reply.heartbeat : Reply.event(state()))
                shown = version
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}
