internal import Vocabulary

/// How often one address may ask: so many times at once, and then as they come back with time. Pure.
struct RateLimit: Sendable {
    /// At most so many addresses are told apart; those beyond it share one allowance.
    static let mostAddresses = 10_000

    private struct Bucket {
        /// In thousandths of a question.
        var left: Int64
        var at: Uptime
    }

    private let burst: Int64
    private let perMinute: Int64
    private var buckets: [String: Bucket] = [:]

    /// - Parameters:
    ///   - burst: questions at once, 1 or more.
    ///   - perMinute: how many come back in a minute, 1 or more.
    init(burst: Int64, perMinute: Int64) {
        self.burst = burst * 1_000
        self.perMinute = perMinute
    }

    /// - Returns: whether the address may ask now; it has asked then.
    mutating func take(_ address: String, at now: Uptime) -> Bool {
        if buckets[address] == nil, buckets.count >= RateLimit.mostAddresses { forget(at: now) }
        let key = buckets[address] != nil || buckets.count < RateLimit.mostAddresses ? address : "others"
        var bucket = buckets[key] ?? Bucket(left: burst, at: now)
        bucket.left = left(bucket, at: now)
        bucket.at = now
        let mayAsk = bucket.left >= 1_000
        if mayAsk { bucket.left -= 1_000 }
        buckets[key] = bucket
        return mayAsk
    }

    private func left(_ bucket: Bucket, at now: Uptime) -> Int64 {
        let milliseconds = max(0, (now - bucket.at).milliseconds)
        // Longer than it takes to fill up is as good as that; it keeps the product within 64 bits.
        guard milliseconds < 60 * burst else { return burst }
        return min(burst, bucket.left + milliseconds * perMinute / 60)
    }

    /// Those who have their whole allowance again need not be remembered.
    private mutating func forget(at now: Uptime) { buckets = buckets.filter { left($0.value, at: now) < burst } }
}
