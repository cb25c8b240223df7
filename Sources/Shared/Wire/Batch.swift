internal import JSONText
public import Vocabulary

/// A run of journal records on its way to the platform: NDJSON, a header line and then each record as it was hashed.
public struct Batch: Equatable, Sendable {
    /// At most this many records in a batch.
    public static let mostRecords = 200
    /// At most this many bytes of record lines in a batch, unless one record alone is longer.
    public static let mostBytes = 128 * 1024

    public var device: DeviceID
    /// Names the journal the sequence numbers count in; a wiped disk begins a new one.
    public var epoch: String
    /// The sequence number of the first line.
    public var first: Int64
    /// The chain's hash before the first line. It tells a batch whose lines were damaged from one of another history;
    /// nil leaves that open.
    public var previous: ChainHash?
    /// The chain's hash after the last line.
    public var head: ChainHash
    public var lines: [[UInt8]]

    public init(
        device: DeviceID, epoch: String, first: Int64, previous: ChainHash? = nil, head: ChainHash, lines: [[UInt8]]
    ) {
        self.device = device
        self.epoch = epoch
        self.first = first
        self.previous = previous
        self.head = head
        self.lines = lines
    }

    /// The sequence number of the last line.
    public var last: Int64 { first + Int64(lines.count) - 1 }

    /// The payload of `up/records`, signed.
    public func payload(signedBy key: BoxKey) -> [UInt8] {
        let signature = key.sign(signedText)
        var payload = JSONWriter.object { writer in
            writer.field("device", device.text)
            writer.field("epoch", epoch)
            writer.field("first", first)
            writer.field("count", Int64(lines.count))
            writer.field("previous", ifPresent: previous?.description)
            writer.field("head", head.description)
            writer.field("signature", Hexadecimal.text(signature))
        }
        payload.reserveCapacity(payload.count + lines.reduce(0) { $0 + $1.count + 1 })
        for line in lines {
            payload.append(UInt8(ascii: "\n"))
            payload.append(contentsOf: line)
        }
        return payload
    }

    /// What the signature covers. The head covers every line, and every record before them.
    var signedText: [UInt8] {
        let before = previous.map { "\($0)\n" } ?? ""
        return Array("turnpike-batch-1\n\(device)\n\(epoch)\n\(first)\n\(lines.count)\n\(head)\n\(before)".utf8)
    }
}

/// Why a batch was refused; nothing of it was applied.
public enum BatchError: Error, Equatable, Sendable, CustomStringConvertible {
    case malformed(why: String)
    case wrongDevice(claimed: String, topic: DeviceID)
    case unknownDevice(DeviceID)
    case badSignature(DeviceID)
    /// The lines do not hash to the signed head: one was changed, left out or put in.
    case brokenChain(DeviceID, first: Int64, count: Int)

    /// The word the box is told.
    public var code: String {
        switch self {
        case .malformed: "malformed"
        case .wrongDevice: "wrongDevice"
        case .unknownDevice: "unknownDevice"
        case .badSignature: "badSignature"
        case .brokenChain: "brokenChain"
        }
    }

    public var description: String {
        switch self {
        case .malformed(let why): "batch refused: \(why)"
        case .wrongDevice(let claimed, let topic):
            "batch refused: it claims device \(claimed.prefix(80)) but came from \(topic)"
        case .unknownDevice(let device): "batch refused: device \(device) is not enrolled; add its public key"
        case .badSignature(let device): "batch refused: the signature is not device \(device)'s"
        case .brokenChain(let device, let first, let count):
            "batch refused: records \(first) to \(first + Int64(count) - 1) of \(device) do not hash to the signed head"
        }
    }
}

extension Batch {
    /// Reads a payload and checks its signature. The chain is checked by ``verifyChain(after:)``, by who knows the hash
    /// before it.
    public static func parse(
        _ payload: [UInt8], from topicDevice: DeviceID, key: (DeviceID) -> BoxPublicKey?
    ) throws(BatchError) -> Batch {
        // Splitting stops one line beyond the limit: a payload of nothing but line feeds costs no more than that.
        let parts = payload.split(
            separator: UInt8(ascii: "\n"), maxSplits: mostRecords + 1, omittingEmptySubsequences: false)
        guard let headLine = parts.first, parts.count > 1 else { throw .malformed(why: "it has no records") }
        guard parts.count <= mostRecords + 1 else { throw .malformed(why: "it has over \(mostRecords) records") }
        let node: JSONNode
        do { node = try JSONNode.parse(Array(headLine), dialect: .json) } catch {
            throw .malformed(why: "its header is not JSON (\(error))")
        }
        guard let claimed = node["device"]?.string, let epoch = node["epoch"]?.string,
            JournalEpoch.isValid(epoch), let first = node["first"]?.integer, first >= 1,
            first <= Int64.max - Int64(mostRecords), let count = node["count"]?.integer,
            let head = node["head"]?.string.flatMap(ChainHash.init(hexadecimal:)),
            let signature = node["signature"]?.string.flatMap(Hexadecimal.bytes)
        else { throw .malformed(why: "its header lacks a member or has one of the wrong kind") }
        var previous: ChainHash?
        if let member = node["previous"] {
            guard let hash = member.string.flatMap(ChainHash.init(hexadecimal:)) else {
                throw .malformed(why: "its header has a \"previous\" that is no hash")
            }
            previous = hash
        }
        guard claimed == topicDevice.text else { throw .wrongDevice(claimed: claimed, topic: topicDevice) }
        let lines = parts.dropFirst().map { Array($0) }
        guard Int64(lines.count) == count else {
            throw .malformed(why: "its header counts \(count) records, it has \(lines.count)")
        }
        let batch = Batch(device: topicDevice, epoch: epoch, first: first, previous: previous, head: head, lines: lines)
        guard let key = key(topicDevice) else { throw .unknownDevice(topicDevice) }
        guard key.verifies(signature, of: batch.signedText) else { throw .badSignature(topicDevice) }
        return batch
    }

    /// Checks that the lines lead from the hash before them to the signed head.
    /// - Returns: the hash after each line, in order.
    public func verifyChain(after previous: ChainHash) throws(BatchError) -> [ChainHash] {
        var hash = previous
        var hashes: [ChainHash] = []
        hashes.reserveCapacity(lines.count)
        for line in lines {
            hash = RecordChain.next(after: hash, line: line)
            hashes.append(hash)
        }
        guard hash == head else { throw .brokenChain(device, first: first, count: lines.count) }
        return hashes
    }
}

/// What the platform says of a box's records (`down/ack`).
public enum Acknowledgement: Equatable, Sendable {
    /// Durable at the platform, up to and including this sequence number.
    case through(epoch: String, sequence: Int64)
    /// A batch did not follow on what the platform has, or was refused: send again from here.
    case expected(epoch: String, sequence: Int64, because: String)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .through(let epoch, let sequence):
                writer.field("epoch", epoch)
                writer.field("through", sequence)
            case .expected(let epoch, let sequence, let reason):
                writer.field("epoch", epoch)
                writer.field("expected", sequence)
                writer.field("because", reason)
            }
        }
    }

    /// - Returns: nil for a payload that is no acknowledgement.
    public init?(payload: [UInt8]) {
        guard let node = try? JSONNode.parse(payload, dialect: .json), let epoch = node["epoch"]?.string else {
            return nil
        }
        if let sequence = node["through"]?.integer, sequence >= 0 {
            self = .through(epoch: epoch, sequence: sequence)
        } else if let sequence = node["expected"]?.integer, sequence >= 1 {
            self = .expected(epoch: epoch, sequence: sequence, because: node["because"]?.string ?? "gap")
        } else {
            return nil
        }
    }
}
