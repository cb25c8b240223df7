internal import Effects
internal import Vocabulary
internal import Wire

/// Cameras that stop sending, and cameras that open the barrier.
extension ParkingSite {
    mutating func camera(_ id: Slug, _ event: CameraEvent, at now: ClockReading) {
        switch event {
        case .heard:
            guard let camera = cameras.heard(id, at: now.uptime) else { return }
            report(camera, .silent, nil, at: now)
            effects.append(.log(.info, "\(camera.lane): camera \(id) sends again"))
        case .opened:
            guard let camera = cameras.ordered(id, didOpen: true) else { return }
            report(camera, .didNotOpen, nil, at: now)
            effects.append(.log(.info, "\(camera.lane): camera \(id) opens again"))
        case .notOpened(let why):
            effects.append(.log(.error, "camera \(id) did not open the barrier: \(why)"))
            guard let camera = cameras.ordered(id, didOpen: false) else { return }
            report(camera, .didNotOpen, "it did not open the barrier: \(why)", at: now)
        }
    }

    mutating func missCameras(at now: ClockReading) {
        for camera in cameras.tick(at: now.uptime) {
            let seconds = (camera.silentAfter?.milliseconds ?? 0) / 1_000
            let why = "it has sent nothing for \(seconds) s; look at its power, its network and its settings"
            report(camera, .silent, why, at: now)
            effects.append(.log(.error, "\(camera.lane): camera \(camera.id): \(why)"))
        }
    }

    /// - Parameter why: nil: it is over.
    private mutating func report(
        _ camera: CameraWatch.Camera, _ code: CameraAlarm, _ why: String?, at now: ClockReading
    ) {
        let condition = code.condition(camera.lane, camera.id)
        persist([.alarm(lane: camera.lane, code: condition.code, isActive: why != nil)])
        effects.append(.fault("\(camera.id).\(code.rawValue)", why))
        effects.append(.alarm(condition, isActive: why != nil))
    }
}

/// What is wrong with a camera of a lane.
enum CameraAlarm: String, CaseIterable {
    case silent = "cameraSilent"
    case didNotOpen = "cameraDidNotOpen"

    func condition(_ lane: LaneID, _ camera: Slug) -> LaneCondition {
        LaneCondition(
            lane: lane, code: "\(rawValue)-\(camera)", chinese: chinese(camera), english: english(camera))
    }

    private func chinese(_ camera: Slug) -> String {
        switch self {
        case .silent: "摄像机 \(camera) 无数据，请检查电源、网络和设置"
        case .didNotOpen: "摄像机 \(camera) 未能开闸"
        }
    }

    private func english(_ camera: Slug) -> String {
        switch self {
        case .silent: "camera \(camera) sends nothing; look at its power, its network and its settings"
        case .didNotOpen: "camera \(camera) did not open the barrier"
        }
    }
}
