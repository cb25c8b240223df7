import Testing
import Vocabulary

@testable import PlateCamera

@Suite("Times that cameras write")
struct CameraTimeTests {
    /// The expected numbers are from Python's datetime.
    @Test(
        "ISO 8601 with an offset is an instant",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0),
            ("2034-01-04T15:57:03+08:00", 2_019_974_223_000),
            ("2023-11-02T21:10:32.591+01:00", 1_698_955_832_591), ("2000-02-29T23:59:59-09:30", 951_902_999_000),
            ("2024-12-31T23:59:59.9Z", 1_735_689_599_900), ("2024-03-01T00:00:00.1239Z", 1_709_251_200_123),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] as [(String, Int64)])
    func instants(text: String, milliseconds: Int64) {
        #expect(CameraTime.wall(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no instant is none",
        arguments: [
            "", "2023", "2023-11-02", "2023-11-02T21:10:32", "2023-11-02 21:10:32Z", "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2023-04-31T00:00:00Z", "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z", "2023-01-00T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z",
            "2023-01-01T00:00:60Z", "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+08", "2023-01-01T00:00:00+19:00",
            "2023-01-01T00:00:00+08:60", "2023-01-01T00:00:00Zx", "1970-01-01T00:00:00+00:01", "1969-12-31T23:59:59Z",
            "2023-01-01T00:00:00.00000000000000000000000000Z", "９９９９-01-01T00:00:00Z",
        ])
    func none(text: String) { #expect(CameraTime.wall(text) == nil) }

    @Test(
        "seconds and microseconds are bounded",
        arguments: [
            (0, 0, 0), (1, 999_999, 1999), (253_402_300_799, 0, 253_402_300_799_000), (-1, 0, nil),
            (253_402_300_800, 0, nil),
            (0, 1_000_000, nil), (0, -1, nil), (.max, 0, nil), (.min, 0, nil),
        ] as [(Int64, Int64, Int64?)])
    func seconds(seconds: Int64, microseconds: Int64, milliseconds: Int64?) {
        #expect(CameraTime.wall(seconds: seconds, microseconds: microseconds)?.milliseconds == milliseconds)
    }
}
