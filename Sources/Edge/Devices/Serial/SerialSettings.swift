/// How a serial line is set.
public struct SerialSettings: Hashable, Sendable {
    public enum Parity: String, CaseIterable, Sendable { case none, even, odd }

    /// The speeds that every UART and converter goes at, in bits per second.
    public static let speeds: [Int] = [1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200]

    /// The device: `/dev/serial/by-id/…` stays the same when cables are changed, `/dev/ttyUSB0` does not.
    public var path: String
    /// One of ``speeds``.
    public var bitsPerSecond: Int
    /// 7 or 8.
    public var dataBits: Int
    public var parity: Parity
    /// 1 or 2.
    public var stopBits: Int

    public init(
        path: String, bitsPerSecond: Int = 9_600, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1
    ) {
        precondition(SerialSettings.speeds.contains(bitsPerSecond), "no serial line goes at \(bitsPerSecond) bit/s")
        precondition((7...8).contains(dataBits) && (1...2).contains(stopBits), "no such character on a serial line")
        self.path = path
        self.bitsPerSecond = bitsPerSecond
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
    }

    /// As engineers write it: `9600 8N1`.
    public var summary: String { "\(bitsPerSecond) \(dataBits)\(parity.rawValue.prefix(1).uppercased())\(stopBits)" }
}
