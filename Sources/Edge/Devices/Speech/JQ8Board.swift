/// The frames of the JQ8x00 family of voice boards, which play numbered recordings one after the other. Pure.
///
/// A frame is `AA CMD LEN DATA… SUM`, SUM the low byte of the sum of all before it. Command 1B plays a list of files
/// from the folder `ZH`, each named by two digits; it breaks off what is being played.
public struct JQ8Board: Hashable, Sendable {
    /// The most clips in one list.
    public static let most = 40
    /// The numbers that a clip may have.
    public static let numbers: ClosedRange<Int> = 0...99

    public init() {}

    /// - Parameter clips: numbers of 0 to 99, at most ``most`` of them; the rest is left out.
    public func play(_ clips: [Int]) -> [UInt8] {
        let clips = clips.prefix(JQ8Board.most)
        precondition(clips.allSatisfy(JQ8Board.numbers.contains), "a clip's name has two digits")
        var frame: [UInt8] = [0xAA, 0x1B, UInt8(clips.count * 2)]
        for clip in clips { frame += [0x30 + UInt8(clip / 10), 0x30 + UInt8(clip % 10)] }
        frame.append(frame.reduce(0, &+))
        return frame
    }
}
