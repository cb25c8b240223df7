internal import CLinux
internal import Glibc
public import Vocabulary

/// A named thread of its own for work that blocks; it runs from creation until its body returns.
public final class HostThread: Sendable {
    /// The thread could not be started.
    public struct StartError: Error, Equatable, CustomStringConvertible {
        /// The thread's name.
        public let name: String
        /// The `errno` value of `pthread_create`.
        public let code: Int32

        public var description: String {
            """
            starting the thread "\(name)" failed: \(SystemError.text(code)); \
            check the limits on tasks and memory of this service
            """
        }
    }

    /// What the thread itself keeps alive, so that it may outlive the `HostThread`.
    fileprivate final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void
        let isFinished = Monitor(false)

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let work: Work
    private let handle: pthread_t
    /// Whether somebody has joined or detached the handle: a second time would be undefined behaviour.
    private let isReleased = Monitor(false)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: shown by `ps`, `top` and debuggers; the kernel keeps the first 15 bytes.
    ///   - stackBytes: address space for the stack; only what is used costs memory. At least 64 KiB.
    ///   - body: the thread's work. The thread ends when it returns.
    public init(
        name: String, stackBytes: Int = 1 << 20, body: @escaping @Sendable () -> Void
    ) throws(StartError) {
        precondition(stackBytes >= 64 << 10, "a stack of \(stackBytes) bytes is too small")
        work = Work(name: name, body: body)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        let argument = Unmanaged.passRetained(work)
        var thread = pthread_t()
        let result = pthread_create(&thread, &attributes, hostThreadMain, argument.toOpaque())
        guard result == 0 else {
            argument.release()
            handle = 0
            throw StartError(name: name, code: result)
        }
        handle = thread
    }

    deinit {
        if release() { pthread_detach(handle) }
    }

    /// Lets other threads that wait for this processor run first.
    ///
    /// For a thread with much work and no hurry: otherwise one that is woken for something urgent may wait for the end
    /// of its time slice, some 3 ms.
    public static func giveWay() { sched_yield() }

    /// The caller runs on this very thread.
    public var isCurrent: Bool { pthread_equal(pthread_self(), handle) != 0 }

    /// Waits until the thread has ended; may be called again, and from several threads.
    public func join() { _ = join(until: nil) }

    /// Waits until the thread has ended, for a limited time.
    ///
    /// - Parameter limit: the longest wait.
    /// - Returns: false when the thread still runs at the limit; it then goes on by itself.
    public func join(within limit: Uptime.Span) -> Bool { join(until: BootClock.now() + limit) }

    private func join(until deadline: Uptime?) -> Bool {
        precondition(!isCurrent, "the thread \"\(work.name)\" waits for its own end")
        guard work.isFinished.wait(until: deadline, { $0 ? true : nil }) != nil else { return false }
        // The body is over; only the thread's last few instructions are left to wait for.
        if release() { pthread_join(handle, nil) }
        return true
    }

    private func release() -> Bool {
        isReleased.withLock { isReleased in
            defer { isReleased = true }
            return handle != 0 && !isReleased
        }
    }
}

private func hostThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<HostThread.Work>.fromOpaque(argument).takeRetainedValue()
    var name = Array(work.name.utf8.prefix(15)).map { CChar(bitPattern: $0) }
    name.append(0)
    _ = turnpike_name_thread(name)
    work.body()
    work.isFinished.withLock { $0 = true }
    work.isFinished.wakeAll()
    return nil
}
