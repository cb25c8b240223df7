public import JSONText
public import Vocabulary

/// What a car park's board adds to its lines: a barrier for each lane, and the plate cameras.
public struct ParkingHardware: Hashable, Sendable {
    public var barriers: [LaneID: BarrierSettings]
    /// The camera that raises a lane's boom on its own output, where it is not the board's relays.
    public var drives: [LaneID: Slug]
    public var cameras: [ParkingCamera]

    /// Reads the `barriers` and `cameras` of a hardware file.
    ///
    /// A lane `exit-1` is wired by names: outputs `exit-1.raise` and `exit-1.lower`, inputs `exit-1.safetyLoop` and, if
    /// fitted, `exit-1.approachLoop`, `exit-1.photocell`, `exit-1.openLimit`, `exit-1.closedLimit`,
    /// `exit-1.obstruction`, `exit-1.armIntact`. An input `exit-1.fireAlarm` opens every lane. A lane that a camera
    /// drives has none of these but, if fitted, the loop and the fire contact.
    public init?(_ root: ObjectReader, outputs: Set<String>, inputs: Set<String>) {
        let read = root.objects("cameras", count: 0...64) { reader in ParkingCamera(reader).map { (reader, $0) } }
        cameras = read.map(\.1)
        if Set(cameras.map(\.id)).count < cameras.count {
            root.refuse("cameras", found: "two cameras of one name", expected: "each name once")
        }
        let cameras = self.cameras
        var barriers: [LaneID: BarrierSettings] = [:]
        var drives: [LaneID: Slug] = [:]
        for (lane, settings, camera) in root.objects(
            "barriers", count: 1...32, { ParkingHardware.barrier($0, cameras, outputs: outputs, inputs: inputs) })
        {
            if barriers.updateValue(settings, forKey: lane) != nil {
                root.refuse("barriers", found: "two barriers for lane \(lane)", expected: "one barrier a lane")
            }
            drives[lane] = camera
        }
        if Set(drives.values).count < drives.count {
            root.refuse("barriers", found: "two barriers that one camera drives", expected: "a camera for each")
        }
        for (reader, camera) in read where barriers[camera.lane] == nil {
            reader.refuse(
                "lane", found: "lane \(camera.lane), which has no barrier here", expected: "a lane of `barriers`")
        }
        self.barriers = barriers
        self.drives = drives
    }

    private static func barrier(
        _ reader: ObjectReader, _ cameras: [ParkingCamera], outputs: Set<String>, inputs: Set<String>
    ) -> (LaneID, BarrierSettings, Slug?)? {
        let drive = reader.optionalObject("drive") { drive -> Slug? in
            guard let id = drive.parsed("camera", expected: "a camera's name", Slug.init) else { return nil }
            guard let camera = cameras.first(where: { $0.id == id }) else {
                drive.refuse("camera", found: "camera \(id), which is not here", expected: "a camera of `cameras`")
                return nil
            }
            guard camera.canOpen else {
                drive.refuse(
                    "camera", found: "camera \(id) of kind \(camera.kind.rawValue) without an address",
                    expected: "a camera that can be told to open: vzenithMQTT, or one with an address")
                return nil
            }
            return id
        }
        guard reader.has("drive") else {
            return relays(reader, outputs: outputs, inputs: inputs).map { ($0, $1, nil) }
        }
        return driven(reader, outputs: outputs, inputs: inputs).map { ($0, $1, drive) }
    }

    /// A boom that a camera raises and that closes by itself.
    private static func driven(
        _ reader: ObjectReader, outputs: Set<String>, inputs: Set<String>
    ) -> (LaneID, BarrierSettings)? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let hasLoop = lane.map { inputs.contains("\($0).safetyLoop") } ?? true
        let raise = milliseconds(reader, "raisePulseMilliseconds", BarrierSettings.pulseRange, 500)
        let travel = milliseconds(reader, "travelLimitMilliseconds", BarrierSettings.travelRange, 6_000)
        // Without a loop the lane is busy until this is over, whoever has gone through.
        let noShow = milliseconds(
            reader, "noShowLimitMilliseconds", BarrierSettings.noShowRange, hasLoop ? 30_000 : 10_000)
        guard let lane else { return nil }
        for relay in ["raise", "lower"] where outputs.contains("\(lane).\(relay)") {
            reader.refuse(
                "drive", found: "a camera, and an output \"\(lane).\(relay)\"",
                expected: "one of the two: a boom that a camera raises is never closed by the box, since an order over "
                    + "a network cannot be taken back when a car comes; the barrier closes by itself")
        }
        for limit in ["openLimit", "closedLimit"] where inputs.contains("\(lane).\(limit)") {
            reader.refuse(
                "drive", found: "a camera, and an input \"\(lane).\(limit)\"",
                expected: "no limit switches: a boom that closes by itself would be reported as moved by somebody")
        }
        do throws(BarrierSettingsError) {
            return (
                lane,
                try BarrierSettings(
                    raisePulse: raise, travelLimit: travel, noShowLimit: noShow, hasOpenLimit: false,
                    hasClosedLimit: false, hasPhotocell: false, closesItself: true)
            )
        } catch {
            reader.refuse("travelLimitMilliseconds", found: error.description, expected: "times that fit together")
            return nil
        }
    }

    private static func milliseconds(
        _ reader: ObjectReader, _ key: String, _ range: ClosedRange<Uptime.Span>, _ fallback: Int64
    ) -> Uptime.Span {
        let bounds = range.lowerBound.milliseconds...range.upperBound.milliseconds
        return .milliseconds(reader.integer(key, in: bounds, unit: "milliseconds", default: fallback))
    }

    private static func relays(
        _ reader: ObjectReader, outputs: Set<String>, inputs: Set<String>
    ) -> (LaneID, BarrierSettings)? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let raise = milliseconds(reader, "raisePulseMilliseconds", BarrierSettings.pulseRange, 500)
        let lower = milliseconds(reader, "lowerPulseMilliseconds", BarrierSettings.pulseRange, 500)
        let travel = milliseconds(reader, "travelLimitMilliseconds", BarrierSettings.travelRange, 6_000)
        let noShow = milliseconds(reader, "noShowLimitMilliseconds", BarrierSettings.noShowRange, 30_000)
        let clear = milliseconds(reader, "clearDelayMilliseconds", BarrierSettings.clearDelayRange, 500)
        let dead = milliseconds(reader, "reverseDeadTimeMilliseconds", BarrierSettings.deadTimeRange, 100)
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
