internal import Canteen
internal import Vocabulary
internal import Wire

/// The judge's own account of what each person has in each purse, for what a screen says after a meal from a lease:
/// what came in, less what was paid.
///
/// A screen says what the platform knew when it last told, less what that box sold since. So it is held to this account
/// where nothing but meals at that box happened since, or shortly before: what other boxes had sold had come in.
struct ShownBalances {
    /// Longer than any network of the week is cut.
    static let settling: Int64 = 2 * 3_600_000

    private var left: [Holder: [Slug: Int64]] = [:]
    /// When a person's money last moved, by box; nil: elsewhere.
    private var moved: [Holder: [DeviceID?: WallTime]] = [:]
    private var returned: Set<Holder> = []
    /// How many screens said what is left as it was told before, and how many were held to the account.
    private(set) var told = 0, count = 0

    mutating func cameIn(_ fen: Int64, _ holder: Holder, _ purse: Slug, at now: WallTime) {
        left[holder, default: [:]][purse, default: 0] += fen
        moved[holder, default: [:]][nil] = now
    }

    /// - Parameter device: where it was paid, from a lease or online: that box knows of it.
    mutating func paid(_ spends: [PurseSpend], _ holder: Holder, _ device: DeviceID, at now: WallTime) {
        for spend in spends { left[holder, default: [:]][spend.purse, default: 0] -= spend.amount.count }
        moved[holder, default: [:]][device] = now
    }

    /// Of whoever got money back the account knows nothing any more.
    mutating func gaveBack(_ holder: Holder?) {
        if let holder { returned.insert(holder) }
    }

    /// - Returns: what is wrong with a screen; nil: nothing, or nothing can be said.
    mutating func fault(in screen: LaneScreen, of holder: Holder, at device: DeviceID) -> String? {
        guard let told = screen.balancesAsOf else { return nil }
        self.told += 1
        guard !returned.contains(holder), let moved = moved[holder] else { return nil }
        let others = moved.filter { $0.key != device }.values.map(\.milliseconds).max() ?? 0
        guard others + ShownBalances.settling <= told.milliseconds else { return nil }
        count += 1
        for balance in screen.balances {
            let there = left[holder]?[balance.purse] ?? 0
            guard balance.amount.count != there else { continue }
            return
                "\(holder.key) reads at \(device) that \(balance.amount) is left in \(balance.purse): \(Fen(there)) is"
        }
        return nil
    }
}
