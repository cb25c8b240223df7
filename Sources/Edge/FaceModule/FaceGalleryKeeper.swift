public import FaceMatch
public import FaceStore
internal import Host
internal import Synchronization
public import Vocabulary

/// What becomes of the enrolled faces.
public enum FaceGalleryNews: Equatable, Sendable {
    /// The gallery was read from the disk, or changed: people and templates in it, and what of the disk was skipped.
    case holds(people: Int, templates: Int, FaceStoreReport?)
    /// The disk or its key fails: what was asked is not done. Nil: it works again.
    case store(FaceStoreError?)
    /// These people found no room in the gallery; they are on disk and not recognised.
    case full([Holder])
}

/// Keeps the gallery that faces are compared with: templates on disk, sealed, and in memory. A thread of its own does
/// the work of the disk; who compares takes the gallery as it is and is never held up.
///
/// While it changes, memory holds two galleries for a moment: 1.1 KB a template more.
public final class FaceGalleryKeeper: Sendable {
    /// The most people in one call, and the most calls that wait.
    public static let mostPeople = 1_000, mostWaiting = 256

    /// Too much waits, or more people than ``mostPeople`` were given; or the vectors are none.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case busy
        case tooManyPeople(Int)
        case tooManyTemplates(Holder, Int)
        case badVector(Holder, FaceVectorError)

        public var description: String {
            switch self {
            case .busy: "enrolling faces: \(mostWaiting) batches wait already; send this one later"
            case .tooManyPeople(let count): "enrolling \(count) faces at once: at most \(mostPeople)"
            case .tooManyTemplates(let holder, let count):
                "enrolling \(holder): \(count) templates, at most \(FaceStore.mostTemplatesAPerson)"
            case .badVector(let holder, let error): "enrolling \(holder): \(error)"
            }
        }
    }

    private enum Order: Sendable {
        case enrol([(Holder, [FaceTemplate])])
        case retain(Set<Holder>)
    }

    private struct Work {
        var orders: [Order] = []
        var isStopped = false
    }

    /// The faces as they are now; shared with the thread.
    private final class Shelf: Sendable {
        let gallery: Mutex<FaceGallery>
        init(_ gallery: FaceGallery) { self.gallery = Mutex(gallery) }
    }

    private let shelf: Shelf
    private let work = Monitor(Work())
    private let thread = Mutex<HostThread?>(nil)

    /// - Parameters:
    ///   - folder: the box's state folder.
    ///   - retainPause: after a removal that the disk refused, until it is tried again; it is until it is done.
    ///   - tell: called on the keeper's thread; must not block.
    /// - Throws: when there can be no thread.
    public init(
        folder: String, model: Slug, policy: FacePolicy, mostTemplates: Int = 100_000,
        retainPause: Uptime.Span = .seconds(30), tell: @escaping @Sendable (FaceGalleryNews) -> Void
    ) throws {
        let empty = FaceGallery(policy: policy, mostTemplates: mostTemplates)
        let shelf = Shelf(empty)
        self.shelf = shelf
        let started = try HostThread(name: "face gallery") { [work] in
            var loop = GalleryLoop(
                folder: folder, model: model, empty: empty, retainPause: retainPause,
                publish: { gallery in shelf.gallery.withLock { $0 = gallery } }, tell: tell)
            loop.open()
            while true {
                let taken = work.wait(until: loop.retryAt) { work -> Work? in
                    guard !work.orders.isEmpty || work.isStopped else { return nil }
                    defer { work = Work(isStopped: work.isStopped) }
                    return work
                }
                for order in taken?.orders ?? [] {
                    switch order {
                    case .enrol(let people): loop.enrol(people)
                    case .retain(let kept): loop.retain(kept)
                    }
                }
                if taken?.isStopped == true { return }
                if let due = loop.retryAt, BootClock.now() >= due { loop.retain() }
            }
        }
        thread.withLock { $0 = started }
    }

    deinit {
        work.withLock { $0.isStopped = true }
        work.wakeAll()
    }

    /// The faces as they are now.
    public var gallery: FaceGallery { shelf.gallery.withLock { $0 } }

    /// Makes these the faces of people; no vector removes the person. Returns at once; ``FaceGalleryNews/holds``
    /// follows when they are on disk and recognised.
    /// - Throws: ``Refusal``; nothing is changed then.
    public func enrol(_ people: [(holder: Holder, vectors: [[Float]])]) throws(Refusal) {
        guard people.count <= FaceGalleryKeeper.mostPeople else { throw .tooManyPeople(people.count) }
        var made: [(Holder, [FaceTemplate])] = []
        for (holder, vectors) in people {
            guard vectors.count <= FaceStore.mostTemplatesAPerson else {
                throw .tooManyTemplates(holder, vectors.count)
            }
            var templates: [FaceTemplate] = []
            for vector in vectors {
                do throws(FaceVectorError) { templates.append(try FaceTemplate(vector)) } catch {
                    throw .badVector(holder, error)
                }
            }
            made.append((holder, templates))
        }
        try put(.enrol(made))
    }

    /// Removes everybody else, on disk too: those whose contract has ended. At once for comparing, then on disk; a disk
    /// that refuses is asked again until it has done it.
    /// - Throws: ``Refusal/busy``.
    public func retain(only kept: Set<Holder>) throws(Refusal) {
        try put(.retain(kept))
    }

    /// Ends the thread; what waits is done first.
    public func stop() {
        work.withLock { $0.isStopped = true }
        work.wakeAll()
        thread.withLock { $0 }?.join()
    }

    private func put(_ order: Order) throws(Refusal) {
        let isTaken = work.withLock { work in
            guard work.orders.count < FaceGalleryKeeper.mostWaiting, !work.isStopped else { return false }
            work.orders.append(order)
            return true
        }
        guard isTaken else { throw .busy }
        work.wakeAll()
    }
}

/// The store and the gallery; used by one thread.
private struct GalleryLoop {
    let folder: String
    let model: Slug
    let retainPause: Uptime.Span
    let publish: @Sendable (FaceGallery) -> Void
    let tell: @Sendable (FaceGalleryNews) -> Void
    private var gallery: FaceGallery
    private var store: FaceStore?
    private var isFaulty = false
    /// Everybody else is still to be removed from the disk; nil: nobody is.
    private var kept: Set<Holder>?
    /// When that is tried again.
    private(set) var retryAt: Uptime?

    init(
        folder: String, model: Slug, empty: FaceGallery, retainPause: Uptime.Span,
        publish: @escaping @Sendable (FaceGallery) -> Void,
        tell: @escaping @Sendable (FaceGalleryNews) -> Void
    ) {
        self.folder = folder
        self.model = model
        self.retainPause = retainPause
        self.publish = publish
        self.tell = tell
        gallery = empty
    }

    mutating func open() { _ = attempt { this throws(FaceStoreError) in _ = try this.opened() } }

    mutating func enrol(_ people: [(Holder, [FaceTemplate])]) {
        var full: [Holder] = [], isWritten = false
        _ = attempt { this throws(FaceStoreError) in
            let store = try this.opened()
            var notErased: FaceStoreError?
            do throws(FaceStoreError) { try store.put(people.map { (holder: $0.0, templates: $0.1) }) } catch {
                // Everything is written then, and only what was there before is not overwritten yet.
                guard case .notErased = error else { throw error }
                notErased = error
            }
            for (holder, templates) in people {
                this.gallery.remove(holder)
                // A removal that waits was of before this person came.
                this.kept?.insert(holder)
                for template in templates where (try? this.gallery.enrol(template, for: holder)) == nil {
                    if full.last != holder { full.append(holder) }
                }
            }
            isWritten = true
            if let notErased { throw notErased }
        }
        if isWritten { changed(nil, full: full) }
    }

    /// Who left is not recognised from now on, whatever the disk says.
    mutating func retain(_ kept: Set<Holder>) {
        self.kept = kept
        for holder in gallery.holders where !kept.contains(holder) { gallery.remove(holder) }
        publish(gallery)
        retain()
    }

    /// Does on the disk what is still to be done there.
    mutating func retain() {
        guard let kept else { return }
        let isDone = attempt { this throws(FaceStoreError) in try this.opened().retain(only: kept) }
        retryAt = isDone ? nil : BootClock.now() + retainPause
        guard isDone else { return }
        self.kept = nil
        changed(nil, full: [])
    }

    private func changed(_ report: FaceStoreReport?, full: [Holder]) {
        publish(gallery)
        tell(.holds(people: gallery.personCount, templates: gallery.templateCount, report))
        if !full.isEmpty { tell(.full(full)) }
    }

    /// Opens the store at the first need, and again after it could not be opened.
    private mutating func opened() throws(FaceStoreError) -> FaceStore {
        if let store { return store }
        let made = try FaceStore(folder: folder, model: model)
        var loaded = gallery, full: [Holder] = []
        let kept = kept
        let report = try made.load { holder, template in
            guard kept?.contains(holder) ?? true else { return }
            if (try? loaded.enrol(template, for: holder)) == nil, full.last != holder { full.append(holder) }
        }
        gallery = loaded
        store = made
        changed(report, full: full)
        return made
    }

    private mutating func attempt(_ body: (inout GalleryLoop) throws(FaceStoreError) -> Void) -> Bool {
        do throws(FaceStoreError) {
            try body(&self)
            if isFaulty { tell(.store(nil)) }
            isFaulty = false
            return true
        } catch {
            if !isFaulty { tell(.store(error)) }
            isFaulty = true
            return false
        }
    }
}
