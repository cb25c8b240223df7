/// Who pays how much of which line: purses, each able to pay certain lines and so much in all.
///
/// Sets of purses are bits: bit 0 is the first purse in spending order. All amounts are zero or more and together far
/// from the end of 64 bits (``Basket/mostTotal``).
struct Coverage {
    /// Of each line, the amount and the purses that may pay it.
    var lines: [(amount: Int64, payers: Int)]
    /// Of each purse, the most it can pay; no more than the sum of all lines.
    var capacities: [Int64]

    private var everyone: Int { 1 << capacities.count - 1 }

    /// The most that certain purses can pay of all lines together.
    ///
    /// The smallest cut (Ford and Fulkerson): each purse is bounded either by its capacity or by the lines it may pay.
    func most(of purses: Int) -> Int64 {
        let inside = insides(lines)
        return subsets(of: purses).reduce(.max) { least, bounded in
            let open = purses & ~bounded
            return min(least, sum(capacities, bounded) + inside[everyone] - inside[everyone & ~open])
        }
    }

    /// What each purse pays if the first pays as much as it can, then the second, and so on.
    ///
    /// No covering is lost by this: what the first purses pay can be completed to the most that all can pay, because
    /// what sets of purses can pay is submodular (Edmonds, 1970).
    func greedySums() -> [Int64] {
        var before: Int64 = 0
        return capacities.indices.map { index in
            let now = most(of: 1 << (index + 1) - 1)
            defer { before = now }
            return now - before
        }
    }

    /// Of each purse what it pays of each line: the first as much of the first line as it can, then of the second.
    ///
    /// - Parameters:
    ///   - sums: what each purse pays in all; together all lines.
    ///   - looksAhead: leaves to later purses what they need. A test may leave that out.
    /// - Returns: a row for each purse; all lines are covered if `sums` says so.
    func shares(_ sums: [Int64], looksAhead: Bool) -> [[Int64]] {
        var lines = lines
        var quotas = sums
        var shares: [[Int64]] = []
        for purse in capacities.indices {
            let bit = 1 << purse
            var row = [Int64](repeating: 0, count: lines.count)
            for index in lines.indices where lines[index].payers & bit != 0 {
                let others = lines[index].payers & ~bit
                var share = min(lines[index].amount, quotas[purse])
                if looksAhead, share > 0, others != 0 {
                    // Any purses that hold this one must still be able to pay the lines that nobody else may pay.
                    let inside = insides(lines)
                    for set in 0...everyone where set & bit != 0 && others & ~set != 0 {
                        share = max(0, min(share, sum(quotas, set) - inside[set]))
                    }
                }
                lines[index].amount -= share
                lines[index].payers = others
                quotas[purse] -= share
                row[index] = share
            }
            shares.append(row)
        }
        return shares
    }

    // MARK: -

    /// For each set of purses the sum of the lines that only they may pay.
    private func insides(_ lines: [(amount: Int64, payers: Int)]) -> [Int64] {
        var sums = [Int64](repeating: 0, count: everyone + 1)
        for line in lines { sums[line.payers] += line.amount }
        for purse in capacities.indices {
            for set in sums.indices where set & 1 << purse != 0 { sums[set] += sums[set & ~(1 << purse)] }
        }
        return sums
    }

    private func sum(_ amounts: [Int64], _ purses: Int) -> Int64 {
        amounts.indices.reduce(0) { purses & 1 << $1 == 0 ? $0 : $0 + amounts[$1] }
    }

    private func subsets(of set: Int) -> [Int] { (0...set).filter { $0 & ~set == 0 } }
}
