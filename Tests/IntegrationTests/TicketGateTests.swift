import Host
import Services
import StandIns
import Testing
import Vocabulary
import Wire

@Suite("Two ticket gates and a platform on real processes", .serialized)
struct TicketGateTests {
    @Test("a ticket passes once at either gate, also when one has no network; what was too many is reported once")
    func twoGates() throws {
        let rig = try TicketGateRig()
        let (north, south) = (rig.gates[0], rig.gates[1])

        // Online: a family comes in one after the other at one gate, and nobody at the other.
        let family = try rig.sell(group: 3)
        try rig.show(family.code, at: north, goIn: 3)
        try rig.show(family.code, at: south, goIn: 0)
        try rig.wait("the other gate refuses") { try south.refusals().contains { $0.contains("has been used") } }
        #expect(south.opened == 0 && north.opened == 3)

        // A gate that is cut off still knows what it was told, and takes what nobody has used.
        let (second, third) = (try rig.sell(), try rig.sell())
        try rig.show(second.code, at: north)
        try rig.wait("the platform has told the other gate") {
            try rig.tickets("show", second.id).text.contains("north")
        }
        try rig.cut(south)
        try rig.show(second.code, at: south, goIn: 0)
        try rig.wait("the gate alone refuses") { try south.refusals().count == 2 }
        try rig.show(third.code, at: south)
        #expect(try south.used().map(\.isAlone) == [true])

        // The other gate is online and cannot know: an overuse, found when the first is back, and told once.
        try rig.show(third.code, at: north)
        #expect(try rig.incidents().isEmpty)
        // A power cut on the way: what was let in is on disk.
        south.program?.kill()
        south.proxy.set(.none)
        try rig.start(south)
        try rig.wait("the platform has heard of both") {
            try rig.incidents().contains { $0.code == .ticketOverused && $0.subject == third.id }
        }
        #expect(try rig.incidents().count == 1)
        #expect(try rig.tickets("list", "--site", "west-lake").text.contains("2 of 1 used  OVERUSED"))
        try rig.show(third.code, at: south, goIn: 0)
        try rig.wait("after the cut the gate still refuses") { try south.refusals().count == 3 }

        // The office stops a ticket: nobody passes on it, at once.
        let lost = try rig.sell()
        #expect(try rig.tickets("void", lost.id, "--who", "Zhao", "--why", "lost").status == 0)
        try rig.show(lost.code, at: north, goIn: 0)
        try rig.wait("the stopped ticket is refused") {
            try north.refusals().contains { $0.contains("was cancelled") }
        }
    }
}
