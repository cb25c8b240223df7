/// Rows of 512 signed bytes, packed so that one pass over them costs little more than reading the memory.
///
/// Two bytes share a word of 16 bits: the even one, plus 128, below, and the odd one above. A mask and a shift then
/// make 16-bit lanes of both; their products with the query's lanes, added in pairs, are one or two instructions on any
/// processor of these twenty years (`pmaddwd`, `smlal`). The 128 too much is taken off at the end.
struct PackedVectors: Sendable {
    /// Vector registers a row takes.
    static let wordsARow = FaceTemplate.length / 16

    private(set) var words: [SIMD8<Int16>] = []

    mutating func reserve(_ rows: Int) { words.reserveCapacity(rows * PackedVectors.wordsARow) }

    /// - Parameter values: 512, each −128 … 127.
    mutating func append(_ values: [Int8]) {
        precondition(values.count == FaceTemplate.length, "a row has \(values.count) values")
        for start in stride(from: 0, to: values.count, by: 16) {
            var word = SIMD8<Int16>()
            for lane in 0..<8 {
                let even = Int16(values[start + 2 * lane]) + 128
                word[lane] = Int16(values[start + 2 * lane + 1]) << 8 | even
            }
            words.append(word)
        }
    }

    /// Puts the last row in the place of row `index` and drops it there.
    mutating func removeSwappingLast(_ index: Int) {
        let (target, source) = (index * PackedVectors.wordsARow, words.count - PackedVectors.wordsARow)
        for offset in 0..<PackedVectors.wordsARow { words[target + offset] = words[source + offset] }
        words.removeLast(PackedVectors.wordsARow)
    }
}

/// The vector that is looked for, its even and odd components apart, as the rows have them.
struct PackedQuery {
    private let words: [SIMD8<Int16>]
    /// 128 times the sum of the even components: what the rows' even bytes have too much.
    private let excess: Int32

    init(_ components: [Int16]) {
        precondition(components.count == FaceTemplate.length, "a query has \(components.count) components")
        var words: [SIMD8<Int16>] = []
        var sum: Int32 = 0
        for start in stride(from: 0, to: components.count, by: 16) {
            var even = SIMD8<Int16>(), odd = SIMD8<Int16>()
            for lane in 0..<8 {
                (even[lane], odd[lane]) = (components[start + 2 * lane], components[start + 2 * lane + 1])
                sum += Int32(even[lane])
            }
            words += [even, odd]
        }
        self.words = words
        excess = 128 * sum
    }

    /// Calls `body` with the inner product of the query and each row, in order.
    ///
    /// The sums may wrap on the way and are right at the end: the product of two vectors of 512 components of at most
    /// 32,512 and 128 is at most 2,130,706,432, which an `Int32` holds.
    @inline(__always)
    func products(with rows: PackedVectors, _ body: (_ row: Int, _ product: Int32) -> Void) {
        let count = rows.words.count / PackedVectors.wordsARow
        precondition(words.count == 2 * PackedVectors.wordsARow && rows.words.count == count * PackedVectors.wordsARow)
        words.withUnsafeBufferPointer { query in
            rows.words.withUnsafeBufferPointer { rows in
                guard let query = query.baseAddress, let first = rows.baseAddress else { return }
                for row in 0..<count {
                    body(row, PackedQuery.sum(query, first + row * PackedVectors.wordsARow) &- excess)
                }
            }
        }
    }

    /// The inner product of the query and one row.
    func product(with rows: PackedVectors, row: Int) -> Int32 {
        let start = row * PackedVectors.wordsARow
        precondition(row >= 0 && start + PackedVectors.wordsARow <= rows.words.count, "there is no row \(row)")
        return words.withUnsafeBufferPointer { query in
            rows.words.withUnsafeBufferPointer { rows in
                // Neither is empty: the query never is, and the row is there.
                PackedQuery.sum(query.baseAddress!, rows.baseAddress! + start) &- excess
            }
        }
    }

    @inline(__always)
    private static func sum(
        _ query: UnsafePointer<SIMD8<Int16>>, _ row: UnsafePointer<SIMD8<Int16>>
    ) -> Int32 {
        let lowByte = SIMD8<Int16>(repeating: 0xFF), eight = SIMD8<Int16>(repeating: 8)
        var even = SIMD4<Int32>(), odd = SIMD4<Int32>()
        for index in 0..<PackedVectors.wordsARow {
            let word = row[index]
            even &+= pairs(word & lowByte, query[2 * index])
            odd &+= pairs(word &>> eight, query[2 * index + 1])
        }
        return (even &+ odd).wrappedSum()
    }

    /// Products of the lanes, added two by two.
    @inline(__always)
    private static func pairs(_ first: SIMD8<Int16>, _ second: SIMD8<Int16>) -> SIMD4<Int32> {
        let products = SIMD8<Int32>(truncatingIfNeeded: first) &* SIMD8<Int32>(truncatingIfNeeded: second)
        return products.evenHalf &+ products.oddHalf
    }
}
