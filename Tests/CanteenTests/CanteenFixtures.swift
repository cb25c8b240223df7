import Canteen
import Glibc
import Vocabulary

func slug(_ text: String) -> Slug { try! Slug(text) }

/// A file of the project.
func file(_ path: String) throws -> [UInt8] {
    struct Missing: Error { let path: String }
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let file = fopen("/\(root)/\(path)", "rb") else { throw Missing(path: path) }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 64 << 10)
    text.removeSubrange(fread(&text, 1, text.count, file)...)
    return text
}

func day(_ text: String) -> CivilDate { try! CivilDate(text) }

/// A moment of the local clock, `2026-11-20 12:00`.
func at(_ text: String, _ zone: TimeZoneRule = .china) -> WallTime {
    let parts = text.split(separator: " ")
    let minutes = try! TimeOfDay.read(String(parts[1]))
    return WallTime(milliseconds: zone.instant(day(String(parts[0])), second: 60 * minutes) * 1_000)
}

/// The same, where a label is called `at`.
func moment(_ text: String) -> WallTime { at(text) }
