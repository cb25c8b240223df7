import JSONText
import Testing
import Vocabulary
import Wire

@Suite("A car park of several boxes, on the wire")
struct CarParkTests {
    @Test(
        "a grant counts from its beginning until the end of its grace",
        arguments: [
            (-1, .notYet), (0, .valid), (999, .valid), (1_000, .inGrace), (60_999, .inGrace), (61_000, .over),
            (.max, .over), (.min, .notYet),
        ] as [(Int64, Permit.Grant.Standing)])
    func standing(milliseconds: Int64, standing: Permit.Grant.Standing) {
        let grant = Permit.Grant(
            kind: .member, validFrom: WallTime(milliseconds: 0), validUntil: WallTime(milliseconds: 1_000),
            graceMinutes: 1)
        let now = WallTime(milliseconds: milliseconds)
        #expect(grant.standing(at: now) == standing)
        let permit = Permit(holder: Holder(plate: Samples.plate), grants: [grant])
        #expect(permit.inForce(at: now).isEmpty == [.notYet, .over].contains(standing))
    }

    @Test("a grant without a beginning and an end counts always", arguments: [Int64.min, 0, .max])
    func always(milliseconds: Int64) {
        let grant = Permit.Grant(kind: .staff)
        #expect(grant.standing(at: WallTime(milliseconds: milliseconds)) == .valid)
    }

    @Test("a plate has one to eight grants", arguments: [(0, false), (1, true), (8, true), (9, false)])
    func grants(count: Int, isTaken: Bool) {
        let permit = Permit(
            holder: Holder(plate: Samples.plate), grants: Array(repeating: Permit.Grant(kind: .staff), count: count))
        #expect((Permit(canonical: permit.canonical) != nil) == isTaken)
    }

    @Test("a grace is zero to a year", arguments: [(-1, false), (0, true), (525_600, true), (525_601, false)])
    func grace(minutes: Int64, isTaken: Bool) {
        let permit = Permit(
            holder: Holder(plate: Samples.plate), grants: [Permit.Grant(kind: .member, graceMinutes: minutes)])
        #expect((Permit(canonical: permit.canonical) != nil) == isTaken)
    }

    @Test("a page has at most 200 cars", arguments: [(200, true), (201, false)])
    func page(count: Int, isTaken: Bool) {
        let page = StayPage(stays: Array(repeating: Samples.notes[0], count: count), closed: [], next: nil)
        #expect(((try? Response(payload: Response.stays(page).payload)) != nil) == isTaken)
        let closed = StayPage(stays: [], closed: Array(repeating: Samples.stay, count: count), next: nil)
        #expect(((try? Response(payload: Response.stays(closed).payload)) != nil) == isTaken)
    }

    @Test("a prepayment is of some money and does not end before it begins")
    func prepayment() {
        let changes: [(inout Prepayment) -> Void] = [
            { $0.amount = .zero }, { $0.amount = Fen(-1) }, { $0.through.milliseconds = $0.from.milliseconds - 1 },
        ]
        for change in changes {
            var prepayment = Samples.prepayment
            change(&prepayment)
            #expect(Announcement(payload: Announcement.stayPrepaid(prepayment).payload) == nil)
        }
        var atOnce = Samples.prepayment
        atOnce.through = atOnce.from
        #expect(Announcement(payload: Announcement.stayPrepaid(atOnce).payload) == .stayPrepaid(atOnce))
    }

    @Test("what is announced of a stay without one of its members is not believed")
    func announcements() throws {
        let optional: Set<String> = ["plate", "writtenBy", "paidThrough", "prepaid"]
        for announcement: Announcement in [
            .stayOpened(Samples.notes[0]), .stayClosed(Samples.stay), .stayPrepaid(Samples.prepayment),
        ] {
            let document = try Document(announcement.payload)
            for (key, path) in document.paths {
                let isTaken = Announcement(payload: document.changed(at: path, to: nil).bytes) != nil
                #expect(isTaken == (path.count == 1 && optional.contains(key)), "\(key)")
            }
        }
    }
}
