public import JSONText
public import Vocabulary

/// What a car park's board adds to its lines: a barrier for each lane, and the plate cameras.
public struct ParkingHardware: Hashable, Sendable {
    /// Whose pushes a camera speaks.
    public enum CameraKind: String, CaseIterable, Sendable { case vzenith, hikvision }

    public struct Camera: Hashable, Sendable {
        /// The last part of the address it pushes to: `/cameras/<id>`.
        public var id: Slug
        public var lane: LaneID
        public var kind: CameraKind
    }

    public var barriers: [LaneID: BarrierSettings]
    public var cameras: [Camera]

    /// Reads the `barriers` and `cameras` of a hardware file.
    ///
    /// A lane `exit-1` is wired by names: outputs `exit-1.raise` and `exit-1.lower`, inputs `exit-1.safetyLoop` and, if
    /// fitted, `exit-1.approachLoop`, `exit-1.photocell`, `exit-1.openLimit`, `exit-1.closedLimit`,
    /// `exit-1.obstruction`, `exit-1.armIntact`. An input `exit-1.fireAlarm` opens every lane.
    public init?(_ root: ObjectReader, outputs: Set<String>, inputs: Set<String>) {
        var barriers: [LaneID: BarrierSettings] = [:]
        for (lane, settings) in root.objects(
            "barriers", count: 1...32, { ParkingHardware.barrier($0, outputs: outputs, inputs: inputs) })
        {
            if barriers.updateValue(settings, forKey: lane) != nil {
                root.refuse("barriers", found: "two barriers for lane \(lane)", expected: "one barrier a lane")
            }
        }
        cameras = root.objects("cameras", count: 0...64) { reader in
            let id = reader.parsed("id", expected: "a name", Slug.init)
            let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
            let kind: CameraKind = reader.choice("kind")
            if let lane, barriers[lane] == nil {
                reader.refuse(
                    "lane", found: "lane \(lane), which has no barrier here", expected: "a lane of `barriers`")
            }
            guard let id, let lane else { return nil }
            return Camera(id: id, lane: lane, kind: kind)
        }
        if Set(cameras.map(\.id)).count < cameras.count {
            root.refuse("cameras", found: "two cameras of one name", expected: "each name once")
        }
        self.barriers = barriers
    }

    private static func barrier(
        _ reader: ObjectReader, outputs: Set<String>, inputs: Set<String>
    ) -> (LaneID, BarrierSettings)? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        func milliseconds(_ key: String, _ range: ClosedRange<Uptime.Span>, _ fallback: Int64) -> Uptime.Span {
            let bounds = range.lowerBound.milliseconds...range.upperBound.milliseconds
            return .milliseconds(reader.integer(key, in: bounds, unit: "milliseconds", default: fallback))
        }
        let raise = milliseconds("raisePulseMilliseconds", BarrierSettings.pulseRange, 500)
        let lower = milliseconds("lowerPulseMilliseconds", BarrierSettings.pulseRange, 500)
        let travel = milliseconds("travelLimitMilliseconds", BarrierSettings.travelRange, 6_000)
        let noShow = milliseconds("noShowLimitMilliseconds", BarrierSettings.noShowRange, 30_000)
        let clear = milliseconds("clearDelayMilliseconds", BarrierSettings.clearDelayRange, 500)
        let dead = milliseconds("reverseDeadTimeMilliseconds", BarrierSettings.deadTimeRange, 100)
        let retries = reader.integer("obstructionRetries", in: 0...10, default: 3)
        let stuck = reader.integer("stuckMovements", in: 1...10, default: 3)
        guard let lane else { return nil }
        for relay in ["raise", "lower"] where !outputs.contains("\(lane).\(relay)") {
            reader.refuse(
                "lane", found: "no output \"\(lane).\(relay)\"", expected: "an output of that name in `outputs`")
        }
        if !inputs.contains("\(lane).safetyLoop") {
            reader.refuse(
                "lane", found: "no input \"\(lane).safetyLoop\"",
                expected: "an input of that name in `inputs`: without it the boom would close on a car")
        }
        do throws(BarrierSettingsError) {
            return (
                lane,
                try BarrierSettings(
                    raisePulse: raise, lowerPulse: lower, travelLimit: travel, noShowLimit: noShow, clearDelay: clear,
                    reverseDeadTime: dead, hasOpenLimit: inputs.contains("\(lane).openLimit"),
                    hasClosedLimit: inputs.contains("\(lane).closedLimit"),
                    hasPhotocell: inputs.contains("\(lane).photocell"),
                    hasObstruction: inputs.contains("\(lane).obstruction"),
                    hasArmContact: inputs.contains("\(lane).armIntact"),
                    hasApproachLoop: inputs.contains("\(lane).approachLoop"), obstructionRetries: Int(retries),
                    stuckMovements: Int(stuck))
            )
        } catch {
            reader.refuse("travelLimitMilliseconds", found: error.description, expected: "times that fit together")
            return nil
        }
    }
}
