import DemoParts
import Glibc
import Host
import JSONText
import StandIns
import Vocabulary

/// The scripted morning: what the cars, the cameras, the attendant and the network do.
struct Morning {
    let narrator: Narrator
    let rig: Rig

    /// - Returns: the longest queue seen.
    func run() throws -> Int64 {
        chapter("Cars come in")
        try enters("粤A00001")
        try enters("京N5Q888")
        try leaves("粤A00001", "it stayed a moment: free")

        chapter("Cars leave: contract plates, without stopping")
        try leaves("粤B12345", "read five times by the camera: charged once", reads: 5)
        try leaves("京A88888", "nine hours")
        try leaves("沪C6688D", "twenty-six hours: the daily cap, and two hours more")

        chapter("Cars that cannot be charged")
        try isHeld("川A24680", "not enough money in the account")
        try attendantOpens("paid in cash at the desk")
        try isHeld("苏E13579", "no contract")
        try attendantOpens("paid in cash at the desk")

        chapter("A camera sends nonsense")
        try nonsense()

        chapter("The platform hangs: no answer is not \"declined\"")
        rig.platform?.pause(true)
        try leaves("浙F55555", "no answer in 3 s: promised offline, under the same id")
        rig.platform?.pause(false)

        let longest = try cut()
        chapter("After the cut")
        try leaves("津M20202", "online again")
        try leaves("渝N46810", "online again")
        return longest
    }

    private func cut() throws -> Int64 {
        chapter("The network is cut for ten seconds")
        let began = BootClock.now()
        try rig.cutNetwork()
        try leaves("闽D10001", "on the contract list, within its limits: leaves at once")
        try leaves("闽D10002", "so does its neighbour, one number further")
        try leaves("湘A70707", "and another")
        try leaves("鲁B33333", "its contract allows nothing offline: leaves and owes")
        try leaves("豫K90909", "no contract: leaves and owes")
        let queued = try rig.status()["queued"]?.integer ?? 0
        narrator.say("box", "\(queued) records wait on the box's disk")
        let rest = began + Uptime.Span.seconds(10) - BootClock.now()
        if rest.nanoseconds > 0 { usleep(UInt32(rest.nanoseconds / 1000)) }
        rig.mendNetwork()
        narrator.say("network", "is back")
        try rig.waitUntilDelivered()
        narrator.say("box", "everything that waited is confirmed by the platform")
        return queued
    }

    // MARK: - Scenes

    private func chapter(_ title: String) { print("\n\(title)") }

    private func enters(_ plate: String) throws {
        narrator.say("entry-1", "\(plate) comes; Vzenith push in GB2312")
        try rig.pass(plate, at: "entry-1")
    }

    private func leaves(_ plate: String, _ why: String, reads: Int = 1) throws {
        narrator.say("exit-1", "\(plate) at the exit; Hikvision push (\(why))")
        for _ in 0..<reads { try rig.read(plate, at: "exit-1") }
        try rig.goThrough("exit-1")
    }

    private func isHeld(_ plate: String, _ why: String) throws {
        narrator.say("exit-1", "\(plate) at the exit (\(why))")
        try rig.read(plate, at: "exit-1")
        try rig.wait("the sign asks for the money") {
            try rig.sign("exit-1").contains("Please scan, or show your code")
        }
        narrator.say("exit-1", "  sign: \(try rig.sign("exit-1", "zh")) / \(try rig.sign("exit-1"))")
    }

    private func attendantOpens(_ reason: String) throws {
        try rig.openByHand("exit-1", who: "Attendant Zhao", reason: reason)
        try rig.goThrough("exit-1")
    }

    private func nonsense() throws {
        let before = rig.world?.pulses.count
        let pushes: [(String, [UInt8], Int?)] = [
            ("half a push", Array("{\"AlarmInfoPlate\":{\"result\":".utf8), nil),
            ("noise", (0..<512).map { UInt8($0 * 7 & 0xFF) }, nil),
            ("five megabytes", [UInt8](repeating: UInt8(ascii: " "), count: 5 << 20), nil),
        ]
        for (name, body, cut) in pushes {
            let answer = try rig.entryCamera.push(body, sentBytes: cut)
            narrator.say("entry-1", "\(name): answered \(answer.map { "\($0.status)" } ?? "by closing")")
            guard let status = answer?.status, (400..<500).contains(status) else {
                throw DemoError("a push that is \(name) was not refused")
            }
        }
        guard rig.world?.pulses.count == before else { throw DemoError("nonsense from a camera moved a relay") }
    }
}
