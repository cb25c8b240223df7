public import Vocabulary

/// What a driver tells.
public enum GPIOEvent: Equatable, Sendable {
    /// The debounced level of an input: once at the start, then at every change, and again after a fault has passed.
    /// `at` is when the level began, which is earlier than the report by the debounce time.
    case input(String, active: Bool, at: Uptime)
    /// A pulse on an input that counts them; `at` is the kernel's time stamp. Pulses of two inputs may come in another
    /// order than their times.
    case pulse(String, at: Uptime)
    /// An energised output has been switched off: its pulse has run out or it was released.
    case outputEnded(String, at: Uptime)
    /// A line does not do what it should; `line` is nil when the fault is not of one line.
    /// An input is unknown from here until its next `input`; an output may still be energised.
    case fault(line: String?, GPIOError)
}

/// Relays and sensors, whatever drives them.
///
/// Two drivers exist: ``LibgpiodDriver`` for real lines and ``GPIOTwin`` in memory. Both enforce the same bounds
/// with the same code: a pulse ends in time, interlocked outputs are never energised together, everything is
/// released when the driver is closed. All functions may be called from any thread, also from the event handler.
public protocol GPIODriver: AnyObject, Sendable {
    /// Starts the driver's thread, which first delivers the level of every input.
    ///
    /// - Parameter handler: called on that one thread, in order. It must not block: the same thread ends pulses.
    ///   Hand the event over to a queue. It is kept until the driver is closed, so it must not own the driver.
    /// - Throws: `alreadyStarted`, `closed`, `resources`.
    func start(_ handler: @escaping @Sendable (GPIOEvent) -> Void) throws(GPIOError)

    /// Energises an output for a time; it is energised when this returns, and `outputEnded` follows.
    ///
    /// On an output that is pulsing already the pulse is extended if it would end later, counted from now; the
    /// whole never passes the output's maximum.
    /// - Parameter milliseconds: 1…the output's maximum.
    /// - Throws: a refusal (nothing was moved) or `driveFailed` (the output was switched off again).
    func pulse(_ output: String, milliseconds: Int) throws(GPIOError)

    /// Holds an output on, or releases it.
    ///
    /// - Throws: `notHoldable`, another refusal (nothing was moved), or `driveFailed`.
    func set(_ output: String, active: Bool) throws(GPIOError)

    /// Switches an output off; nothing happens if it is off. It is off when this returns.
    ///
    /// - Throws: `driveFailed`: it may still be on. It counts as on for its interlocks, and switching it off is tried
    ///   again every 100 ms, 50 times.
    func release(_ output: String) throws(GPIOError)

    /// The debounced level of an input: the one last delivered, or before the start the level of the line now.
    ///
    /// - Throws: the fault if the level is unknown.
    func read(_ input: String) throws(GPIOError) -> Bool

    /// Releases all outputs and ends the thread; nothing is delivered after it returns. Closing twice does nothing.
    ///
    /// From within the handler it returns at once, and the thread ends when the handler returns.
    func close()
}
