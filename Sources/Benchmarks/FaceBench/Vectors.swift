import BenchSupport
import Glibc

/// Files of vectors, as the peer reads them.
enum Vectors {
    static func write(_ count: Int, to path: String, _ vector: (Int) throws -> [Float]) throws {
        guard let file = fopen(path, "wb") else { throw BenchError("\(path) cannot be written, errno \(errno)") }
        var isWhole = true
        for index in 0..<count {
            let vector = try vector(index)
            isWhole = isWhole && fwrite(vector, MemoryLayout<Float>.size, vector.count, file) == vector.count
        }
        guard fclose(file) == 0, isWhole else { throw BenchError("\(path) was not written whole: is the disk full?") }
    }
}
