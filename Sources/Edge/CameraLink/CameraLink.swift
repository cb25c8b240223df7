public import PlateCamera
public import Vocabulary

/// What a camera's link tells. All of one link's comes from its own threads, reads in the camera's order.
public enum CameraNews: Equatable, Sendable {
    /// Connected: the camera is listened to.
    case up
    /// The connection was lost or could not be made; another attempt follows.
    case down(String)
    case signal(CameraSignal)
    /// The camera says that it has opened the barrier.
    case opened
    /// It was asked to and has not, or has not said so in time. The barrier may have opened all the same.
    case notOpened(String)
}

/// A camera that is listened to, or whose output opens the barrier. Threads of its own do all waiting.
public protocol CameraLink: AnyObject, Sendable {
    /// Begins to listen; call it once.
    /// - Parameter handler: must not block.
    /// - Throws: what cannot be started, in words.
    func start(_ handler: @escaping @Sendable (CameraNews) -> Void) throws

    /// Asks the camera to open its barrier; returns at once. `opened` or `notOpened` follows within ``openLimit``.
    ///
    /// An order that cannot be carried out by then is dropped: the next car in the lane would get it.
    func open(pulseMilliseconds: Int)

    /// Ends the threads, within a second; nothing is told after it returns.
    func stop()
}

/// How long an order to open is good.
public let openLimit = Uptime.Span.seconds(3)
