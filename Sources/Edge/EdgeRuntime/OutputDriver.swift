/// Drives one output that is not on the board: a camera's own relay, reached over a network.
///
/// Only what may be done late, twice or not at all is driven so: a boom is raised by it and never lowered. The board's
/// outputs, with their interlocks and bounded pulses, are not affected.
public protocol OutputDriver: Sendable {
    /// Asks for a pulse and returns at once: the decision loop calls it. How it went is told to the core as an event.
    func pulse(milliseconds: Int)
}
