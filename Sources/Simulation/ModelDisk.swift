internal import Journal
internal import Vocabulary
internal import Wire

/// A model of the journal's file on a box's disk.
///
/// It models what SQLite in WAL mode with `synchronous=FULL` promises: a transaction is durable when its fdatasync has
/// returned; at a power cut everything that was not synced is gone, and a commit under way is there as a whole or not
/// at all; on a full disk the commit fails and the file is as before; reading sees what is committed. It does not model
/// a disk that lies about its syncs, or bytes that rot.
struct ModelDisk {
    let device: DeviceID
    let epoch: String
    private(set) var lines: [[UInt8]] = []
    private(set) var hashes: [ChainHash] = []
    private var state: [String: [String: [UInt8]]] = [:]
    /// The last acknowledgement that was written.
    var acknowledged: Int64 = 0

    init(device: DeviceID, epoch: String) {
        self.device = device
        self.epoch = epoch
    }

    var head: JournalHead {
        JournalHead(
            sequence: Int64(lines.count), hash: hashes.last ?? RecordChain.genesis(device: device, epoch: epoch))
    }

    /// The hash after the record of this number, 0 before the first; nil beyond the last.
    func hash(at sequence: Int64) -> ChainHash? {
        if sequence == 0 { return RecordChain.genesis(device: device, epoch: epoch) }
        return sequence <= Int64(hashes.count) ? hashes[Int(sequence) - 1] : nil
    }

    mutating func commit(_ transaction: JournalTransaction) {
        for step in transaction.steps {
            switch step {
            case .record(let sequence, let line, let hash):
                precondition(sequence == Int64(lines.count) + 1, "a commit leaves a gap")
                lines.append(line)
                hashes.append(hash)
            case .state(.put(let kind, let key, let value)): state[kind, default: [:]][key] = value
            case .state(.remove(let kind, let key)): state[kind]?[key] = nil
            case .state(.removeAll(let kind)): state[kind] = nil
            }
        }
    }

    /// What stands under these kinds, each in the order of its keys, as the journal's reader gives it.
    func kept(_ kinds: [String]) -> [String: [(key: String, value: [UInt8])]] {
        var kept: [String: [(key: String, value: [UInt8])]] = [:]
        for kind in kinds {
            guard let values = state[kind], !values.isEmpty else { continue }
            kept[kind] = values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        }
        return kept
    }

    /// As many records from this one on as a batch may hold; nil if there is none.
    func batch(from first: Int64) -> Batch? {
        guard first >= 1, first <= lines.count else { return nil }
        var (end, bytes) = (Int(first) - 1, 0)
        while end < lines.count, end - Int(first) + 1 < Batch.mostRecords {
            bytes += lines[end].count
            if bytes > Batch.mostBytes, end >= Int(first) { break }
            end += 1
        }
        return Batch(
            device: device, epoch: epoch, first: first, head: hashes[end - 1], lines: Array(lines[Int(first) - 1..<end])
        )
    }
}
