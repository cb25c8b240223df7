public import Vocabulary

/// How many reads a lane waits for before it acts on a plate.
public struct ReadSettings: Hashable, Sendable {
    /// How long after a car's first read a decision is waited for; none: every read is acted on at once.
    public var decideAfter: Uptime.Span
    /// So many reads decide before the time is over; 1 or more.
    public var atLeast: Int
    /// One read with this much confidence, in percent, decides at once, so that a contract car does not stop.
    public var trustAtOnce: Int

    public init(decideAfter: Uptime.Span = .seconds(0), atLeast: Int = 1, trustAtOnce: Int = 95) {
        precondition(atLeast >= 1, "a decision takes a read")
        self.decideAfter = decideAfter
        self.atLeast = atLeast
        self.trustAtOnce = trustAtOnce
    }
}

/// Makes one plate out of the reads of one lane's cameras.
///
/// Reads that differ only in characters which cameras take for each other are of one car; any other difference makes
/// two cars. For each character the reads vote with their confidence. What one camera alone reads, once, while the
/// others agree on another plate, is taken for a misread and left out unless it is read again. Pure.
public struct ReadFusion: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// The plate of a car that has not been told before.
        case decided(PlateVerdict)
        /// Another read of a car that has been told: what it says now, and what was decided.
        case again(PlateSighting, decided: Plate)
        /// A read that contradicts what the other cameras of the lane agree on; it is not acted on.
        case contradicts(PlateSighting, decided: Plate)
    }

    /// The reads of what may be one car.
    struct Group: Hashable, Sendable {
        var skeleton: String
        var reads: [PlateSighting]
        var since: Uptime
        var lastRead: Uptime
        /// The plate that was told; nil while reads are collected.
        var decided: Plate?
        /// Left out as a misread; another read takes it up.
        var isSetAside = false

        var weight: Int { reads.reduce(0) { $0 + max(1, $1.confidence) } }
    }

    /// A car that was told, and has not been read for so long, has gone: its next read is another visit.
    static let rememberFor = Uptime.Span.seconds(20)
    /// More reads of one car, cars at one lane, or ids of reads than these are not kept: the oldest go.
    static let mostReads = 32, mostCars = 8, mostIDs = 64

    let settings: ReadSettings
    private(set) var groups: [Group] = []
    private var ids: [ReadName] = []

    private struct ReadName: Hashable, Sendable {
        var camera: Slug?
        var id: String
        /// A camera that has started anew counts from the beginning again: then the plate is another.
        /// Nil for a read of a car without a plate.
        var plate: Plate?
    }

    public init(settings: ReadSettings) { self.settings = settings }

    /// When a tick is due; nil while nothing is waited for.
    public var nextDeadline: Uptime? {
        groups.filter { $0.decided == nil && !$0.isSetAside }.map { $0.since + settings.decideAfter }.min()
    }

    /// - Parameter now: time since boot; never decreases.
    public mutating func take(_ sighting: PlateSighting, at now: Uptime) -> [Action] {
        guard isNew(sighting.readID, of: sighting.camera, sighting.plate) else { return [] }
        groups.removeAll { ($0.decided != nil || $0.isSetAside) && now > $0.lastRead + ReadFusion.rememberFor }
        let skeleton = PlateLikeness.skeleton(sighting.plate)
        let index: Int
        if let found = groups.firstIndex(where: { $0.skeleton == skeleton }) {
            groups[found].lastRead = now
            if let decided = groups[found].decided { return [.again(sighting, decided: decided)] }
            if groups[found].isSetAside {
                groups[found].isSetAside = false
                groups[found].since = now
            }
            if groups[found].reads.count < ReadFusion.mostReads { groups[found].reads.append(sighting) }
            index = found
        } else {
            if groups.count >= ReadFusion.mostCars { groups.removeFirst() }
            groups.append(Group(skeleton: skeleton, reads: [sighting], since: now, lastRead: now))
            index = groups.count - 1
        }
        let isTrusted = sighting.confidence >= settings.trustAtOnce || settings.decideAfter <= .seconds(0)
        guard isTrusted || groups[index].reads.count >= settings.atLeast else { return [] }
        return decide(skeleton)
    }

    /// Decides what has been waited for long enough: the car with the greatest weight of reads first.
    public mutating func tick(at now: Uptime) -> [Action] {
        var actions: [Action] = []
        // At most as many turns as there are groups: each one decides or sets aside the group that is due.
        for _ in 0..<ReadFusion.mostCars {
            guard let deadline = nextDeadline, now >= deadline else { break }
            let waiting = groups.filter { $0.decided == nil && !$0.isSetAside }
            let heaviest = waiting.max { ($0.weight, $1.skeleton) < ($1.weight, $0.skeleton) }
            guard let heaviest else { break }
            actions += decide(heaviest.skeleton)
        }
        return actions
    }

    /// Whether a read has not been taken before; one without an id is always new.
    /// - Parameter plate: nil: the camera could not read one.
    mutating func isNew(_ id: String?, of camera: Slug?, _ plate: Plate?) -> Bool {
        guard let id else { return true }
        let name = ReadName(camera: camera, id: id, plate: plate)
        if ids.contains(name) { return false }
        if ids.count >= ReadFusion.mostIDs { ids.removeFirst() }
        ids.append(name)
        return true
    }

    /// A car turned back: nothing is decided about what was read of it.
    public mutating func forget(_ plate: Plate) {
        let skeleton = PlateLikeness.skeleton(plate)
        groups.removeAll { $0.skeleton == skeleton }
    }

    /// No car is at the lane: what was decided is over, and what is still collected goes on.
    public mutating func laneIsFree() { groups.removeAll { $0.decided != nil || $0.isSetAside } }

    // MARK: -

    private mutating func decide(_ skeleton: String) -> [Action] {
        guard let index = groups.firstIndex(where: { $0.skeleton == skeleton }) else { return [] }
        let group = groups[index]
        let verdict = ReadFusion.vote(group.reads)
        groups[index].decided = verdict.plate
        groups[index].reads = []
        var actions = [Action.decided(verdict)]
        let cameras = Set(group.reads.map(\.camera))
        let others = groups.indices.sorted { groups[$0].skeleton < groups[$1].skeleton }
        for other in others where groups[other].decided == nil && !groups[other].isSetAside {
            // Another camera saw another plate, once, at the same time: one of the two is wrong, and this one weighs
            // no more. A camera that has itself read both plates has seen two cars.
            guard groups[other].reads.count == 1, groups[other].weight <= group.weight,
                !cameras.contains(groups[other].reads[0].camera)
            else { continue }
            groups[other].isSetAside = true
            actions.append(.contradicts(groups[other].reads[0], decided: verdict.plate))
        }
        return actions
    }

    /// The plate that most of the reads say, character by character, by confidence; at equal weight the one that comes
    /// first in the alphabet, whichever came first.
    static func vote(_ reads: [PlateSighting]) -> PlateVerdict {
        precondition(!reads.isEmpty, "a group begins with a read")
        let texts = reads.map { Array($0.plate.text.unicodeScalars) }
        var plate = String.UnicodeScalarView()
        for place in texts[0].indices {
            var weights: [Unicode.Scalar: Int] = [:]
            for (text, read) in zip(texts, reads) { weights[text[place], default: 0] += max(1, read.confidence) }
            // Some character was read at every place.
            let best = weights.min { ($1.value, $0.key.value) < ($0.value, $1.key.value) }!
            plate.append(best.key)
        }
        var classes: [VehicleClass: Int] = [:]
        for read in reads { if let known = read.vehicle { classes[known, default: 0] += max(1, read.confidence) } }
        let vehicle = classes.min { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }?.key
        // Each character is one that a read had at that place, and a plate of these is a plate.
        let voted = (try? Plate(String(plate))) ?? reads[0].plate
        return PlateVerdict(
            voted, vehicle: vehicle, isFake: reads.contains(where: \.isFake), reads: reads.count,
            isUnanimous: reads.allSatisfy { $0.plate == voted })
    }
}
