public import Vocabulary

/// What became of a camera.
public enum CameraEvent: Hashable, Sendable {
    /// It sent something that was understood: a read, a heartbeat, any event.
    case heard
    /// It says that it has opened the barrier.
    case opened
    /// It was asked to open the barrier and did not say in time that it has.
    case notOpened(why: String)
}

/// Notices that a camera has stopped sending. Pure: no clock of its own.
///
/// What is refused is no sign of life: a camera that sends nothing but garbage is missed like a silent one.
public struct CameraWatch: Sendable {
    /// One camera and how long it may be silent.
    public struct Camera: Hashable, Sendable {
        public var id: Slug
        public var lane: LaneID
        /// Nil: it sends no heartbeats, so nobody can tell a silent one from an empty lane.
        public var silentAfter: Uptime.Span?

        public init(id: Slug, lane: LaneID, silentAfter: Uptime.Span?) {
            self.id = id
            self.lane = lane
            self.silentAfter = silentAfter
        }
    }

    private struct Entry {
        var camera: Camera
        /// When it counts as silent; nil while it does, or if it is not watched.
        var deadline: Uptime?
        var isSilent = false
        var didNotOpen = false
    }

    private var entries: [Entry]

    /// - Parameter now: from here on each may be silent for its time, heard before or not.
    public init(_ cameras: [Camera], at now: Uptime) {
        entries = cameras.map { camera in Entry(camera: camera, deadline: camera.silentAfter.map { now + $0 }) }
    }

    /// - Returns: the camera, if it had been silent and is no longer.
    public mutating func heard(_ id: Slug, at now: Uptime) -> Camera? {
        guard let index = entries.firstIndex(where: { $0.camera.id == id }) else { return nil }
        entries[index].deadline = entries[index].camera.silentAfter.map { now + $0 }
        defer { entries[index].isSilent = false }
        return entries[index].isSilent ? entries[index].camera : nil
    }

    /// - Returns: the cameras that have become silent.
    public mutating func tick(at now: Uptime) -> [Camera] {
        var silent: [Camera] = []
        for index in entries.indices {
            guard let deadline = entries[index].deadline, now >= deadline else { continue }
            entries[index].deadline = nil
            entries[index].isSilent = true
            silent.append(entries[index].camera)
        }
        return silent
    }

    /// Notes how an order to open went.
    /// - Returns: the camera, if that is another outcome than the last time.
    public mutating func ordered(_ id: Slug, didOpen: Bool) -> Camera? {
        guard let index = entries.firstIndex(where: { $0.camera.id == id }), entries[index].didNotOpen == didOpen else {
            return nil
        }
        entries[index].didNotOpen = !didOpen
        return entries[index].camera
    }

    /// When ``tick(at:)`` is due; nil: nothing is to be missed.
    public var nextDeadline: Uptime? { entries.compactMap(\.deadline).min() }

    /// The cameras that count as silent now.
    public var silent: [Slug] { entries.filter(\.isSilent).map(\.camera.id) }
}
