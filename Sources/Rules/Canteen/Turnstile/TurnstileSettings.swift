internal import JSONText
public import Vocabulary

/// How one turnstile is wired and how long it waits. Data of the scenario file.
public struct TurnstileSettings: Hashable, Sendable {
    /// What becomes of a payment whose person did not pass in time.
    public enum NotPassed: String, CaseIterable, Sendable {
        /// It is undone.
        case reverse
        /// It stands, and the person may pass later in the same meal without paying again.
        case keep
    }

    /// The output that lets one person pass, and how long it is energised.
    public var relay: String
    public var pulse: Uptime.Span
    /// The sensor that a passing person makes active.
    public var sensor: String
    /// How long a person may take from the opening to the sensor.
    public var passWithin: Uptime.Span
    /// How long after a passage a second one counts as two people on one opening.
    public var secondWithin: Uptime.Span
    /// A sensor that is active for longer is stuck.
    public var stuckAfter: Uptime.Span
    public var notPassed: NotPassed
    /// The fire alarm's contact; nil: none is wired.
    public var emergency: String?

    public init(
        relay: String, pulse: Uptime.Span, sensor: String, passWithin: Uptime.Span,
        secondWithin: Uptime.Span = .milliseconds(1_000), stuckAfter: Uptime.Span = .seconds(10),
        notPassed: NotPassed = .reverse, emergency: String? = nil
    ) {
        self.relay = relay
        self.pulse = pulse
        self.sensor = sensor
        self.passWithin = passWithin
        self.secondWithin = secondWithin
        self.stuckAfter = stuckAfter
        self.notPassed = notPassed
        self.emergency = emergency
    }

    init(_ reader: ObjectReader) {
        let relay = reader.string("relay", longest: 64)
        let pulse = reader.integer("pulseMilliseconds", in: 20...10_000, default: 500)
        let sensor = reader.string("passageSensor", longest: 64)
        let emergency = reader.optionalString("emergencyInput", longest: 64)
        let pass = reader.integer("passWithinSeconds", in: 1...60, default: 6)
        self.init(
            relay: relay, pulse: .milliseconds(pulse), sensor: sensor, passWithin: .seconds(pass),
            secondWithin: .milliseconds(reader.integer("secondWithinMilliseconds", in: 0...10_000, default: 1_000)),
            stuckAfter: .seconds(reader.integer("stuckAfterSeconds", in: 2...120, default: 10)),
            notPassed: reader.choice("notPassed", default: .reverse), emergency: emergency)
        if pulse > pass * 1_000 {
            reader.refuse(
                "pulseMilliseconds", found: "\(pulse)", expected: "at most the \(pass) s in which a person may pass")
        }
        if let emergency, emergency == sensor {
            reader.refuse("emergencyInput", found: emergency, expected: "another input than the passage sensor's")
        }
    }
}
