internal import CGpiod
internal import Glibc

/// The one thread of a driver; joined once.
struct DriverThread: Sendable {
    private let thread: pthread_t

    static func start(_ loop: consuming DriverLoop) throws(GPIOError) -> DriverThread {
        let body = Unmanaged.passRetained(LoopBox(loop))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runDriverLoop, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw .resources(action: "pthread_create", code: code)
        }
        return DriverThread(thread: thread)
    }

    /// Waits for the thread to end; from the thread itself it only lets go of it.
    func join() {
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }
}

/// Carries the loop to its thread.
private final class LoopBox {
    var loop: DriverLoop

    init(_ loop: consuming DriverLoop) { self.loop = loop }
}

private func runDriverLoop(_ body: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let body else { preconditionFailure("the thread was started without its loop") }
    turnpike_name_thread("gpio")
    Unmanaged<LoopBox>.fromOpaque(body).takeRetainedValue().loop.run()
    return nil
}
