internal import CLinux
internal import Glibc
internal import Synchronization

/// A wall clock for rehearsals: a file of two numbers says how far ahead of the machine's own it is, in milliseconds,
/// and whether nothing vouches for it.
///
/// A scripted day is played in minutes: who plays it moves this clock on, for every process that shares the file.
/// Deadlines go by the boot clock and stay real. No box that moves real relays may use it.
public final class RehearsalClock: Sendable {
    /// Mapped for the life of the process.
    private struct Place: @unchecked Sendable { var numbers: UnsafeMutableRawPointer }

    private static let shared = Mutex<RehearsalClock?>(nil)
    private let place: Place

    /// - Throws: ``RehearsalFault`` if the file cannot be made or mapped.
    public init(_ path: String) throws(RehearsalFault) {
        guard let numbers = turnpike_map_numbers(path, 2) else { throw RehearsalFault(path: path, code: errno) }
        place = Place(numbers: numbers)
    }

    /// How far ahead it is, in milliseconds.
    public var offset: Int64 {
        get { turnpike_read_number(place.numbers, 0) }
        set { turnpike_write_number(place.numbers, 0, newValue) }
    }

    /// It counts as set by a time source.
    public var isSynchronised: Bool {
        get { turnpike_read_number(place.numbers, 1) == 0 }
        set { turnpike_write_number(place.numbers, 1, newValue ? 0 : 1) }
    }

    /// From now on ``WallClock`` goes by this clock, in this process.
    public func begin() { RehearsalClock.shared.withLock { $0 = self } }

    static var current: Int64 { shared.withLock { $0?.offset ?? 0 } }

    /// What the clock says of itself; nil if this process goes by the machine's.
    static var isSynchronised: Bool? { shared.withLock { $0?.isSynchronised } }
}

/// The file of a rehearsal's clock cannot be used.
public struct RehearsalFault: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    public var description: String {
        "the rehearsal clock \(path) cannot be mapped: \(SystemError.text(code)); name a file in a folder that exists"
    }
}
