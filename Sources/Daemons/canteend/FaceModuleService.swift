import Canteen
import EdgeRuntime
import FaceMatch
import FaceModule
import FaceStore
import Host
import JSONText
import Logging
import ServiceLifecycle
import Synchronization
import Vocabulary
import Wire

/// The face modules of a box: what they see is compared here, and whoever it is stands before the rules.
final class FaceModuleService: Service {
    private let modules: FaceModules?
    private let logger: Logger
    private let keeper: FaceGalleryKeeper?
    private let offer = Mutex<@Sendable (CanteenEvent) -> Bool>({ _ in false })
    private let kept = Mutex<Int64?>(nil)
    private let listed = Mutex<Set<Holder>>([])

    /// - Throws: when there can be no thread.
    init(_ modules: FaceModules?, _ configuration: BoxConfiguration, logger: Logger) throws {
        self.modules = modules
        self.logger = logger
        keeper = try modules.map { modules in
            try FaceGalleryKeeper(
                folder: configuration.stateFolder, model: modules.model, policy: modules.policy
            ) { FaceModuleService.tell($0, logger) }
        }
    }

    /// Says who takes what the modules see; call it before the service runs.
    func use(_ take: @escaping @Sendable (CanteenEvent) -> Bool) { offer.withLock { $0 = take } }

    func run() async throws {
        guard let modules, let keeper else {
            try? await gracefulShutdown()
            return
        }
        let link = try FaceModuleLink(modules, gallery: { keeper.gallery }) { self.hear($0) }
        try? await gracefulShutdown()
        // Stopping waits for threads: a thread of its own, not one of the shared pool.
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                link.stop()
                keeper.stop()
                continuation.resume()
            }
            do { _ = try HostThread(name: "stop modules", body: stop) } catch { stop() }
        }
    }

    // MARK: - Whose faces are known

    /// Forgets the faces of whoever is not on the list any more; on the decision loop's thread.
    func watch(_ site: CanteenSite) {
        guard let keeper, site.peopleVersion > 0 else { return }
        let version = site.peopleVersion
        let isNew = kept.withLock { kept in
            defer { kept = version }
            return kept != version
        }
        guard isNew else { return }
        let people = Set(site.listedPeople.map(\.holder))
        listed.withLock { $0 = people }
        do throws(FaceGalleryKeeper.Refusal) {
            try keeper.retain(only: people)
        } catch {
            kept.withLock { $0 = nil }
            logger.warning("faces of those who left: \(error); tried again")
        }
    }

    /// Enrols one person: `{"person": …, "vectors": [base64 of 512 floats, little-endian, …]}`; no vector forgets them.
    /// - Returns: what is wrong, for the person; nil when it is taken.
    func enrol(_ node: JSONNode) -> String? {
        guard let keeper else { return "本设备没有人脸模块 This box has no face module" }
        guard let text = node["person"]?.string, let holder = try? Holder("member:\(text)"),
            let list = node["vectors"]?.array, list.count <= FaceStore.mostTemplatesAPerson
        else { return "send {\"person\": …, \"vectors\": […]}, at most \(FaceStore.mostTemplatesAPerson) vectors" }
        guard listed.withLock({ $0.contains(holder) }) else { return "名单上没有此人 \(holder) is not on this canteen's list" }
        let vectors = list.compactMap { $0.string.flatMap(FaceModuleLines.vector(base64:)) }
        guard vectors.count == list.count else { return "each vector: base64 of 512 floats of 4 bytes, little-endian" }
        do throws(FaceGalleryKeeper.Refusal) { try keeper.enrol([(holder, vectors)]) } catch {
            return error.description
        }
        return nil
    }

    // MARK: - Who came

    private func hear(_ news: FaceModuleNews) {
        let offer = offer.withLock { $0 }
        switch news {
        case .verdict(let lane, .person(let holder, let similarity)):
            _ = offer(
                .presented(
                    lane,
                    Presentation(
                        .holder(holder), by: .face, similarity: Int64(similarity.millionths / 1_000), isLive: true)))
        case .verdict(let lane, .ambiguous): _ = offer(.notKnown(lane, .several))
        case .verdict(let lane, .notLive): _ = offer(.notKnown(lane, .notLive))
        case .verdict(let lane, .unknown): _ = offer(.notKnown(lane, .unknown))
        case .verdict(let lane, .badVector):
            logger.warning("\(lane): the face module sent no vector that can be compared")
        case .poor: break
        case .up(let lane): logger.info("\(lane): the face module is there")
        case .down(let lane, let why): logger.warning("\(lane): the face module: \(why)")
        case .otherModel(let lane, let model):
            logger.error("\(lane): the face module makes vectors of \(model), which cannot be compared: enrol anew")
        case .garbage(let lane, let error): logger.warning("\(lane): the face module was not understood: \(error)")
        }
    }

    private static func tell(_ news: FaceGalleryNews, _ logger: Logger) {
        switch news {
        case .holds(let people, let templates, let report):
            logger.info("faces: \(people) people, \(templates) templates")
            if let report { logger.info("faces on disk: \(report)") }
        case .store(let error?): logger.error("\(error)")
        case .store(nil): logger.info("the faces' disk works again")
        case .full(let holders): logger.error("faces: no room for \(holders.count) more people")
        }
    }
}
