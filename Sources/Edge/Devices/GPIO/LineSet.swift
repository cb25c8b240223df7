internal import Glibc
internal import Vocabulary

/// What was seen on an input line.
enum LineObservation: Equatable, Sendable {
    case edge(input: Int, active: Bool, at: Uptime)
    /// The line will never signal again.
    case lost(input: Int)
}

/// The lines below a driver: real ones or the twin's. Lines go by their index on the board.
protocol LineSet: AnyObject, Sendable {
    /// Switches an output. Called by any thread, one at a time.
    ///
    /// - Parameter milliseconds: how long it is meant to stay on; 0 when held or switched off.
    func drive(_ output: Int, active: Bool, milliseconds: Int, at now: Uptime) throws(GPIOError)

    /// The level of an input now. Called by the driver's thread, or before it runs.
    func level(_ input: Int) throws(GPIOError) -> Bool

    /// Appends what the driver's thread is to wait for. Called by that thread.
    func appendDescriptors(to polled: inout [pollfd])

    /// Takes what is waiting. Called by the driver's thread with the descriptors it appended, after every wait.
    func collect(_ polled: ArraySlice<pollfd>, into observations: inout [LineObservation])

    /// Tells the outside what has changed; comes before the driver's events of the same turn. Called by the driver's
    /// thread.
    func publish()

    /// Releases everything. Called once, after the driver's thread has ended or instead of it.
    func shutDown()
}
