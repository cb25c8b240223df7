import Services
import Testing
import Vocabulary
import Wire

@Suite("Stays that the boxes of one car park share")
struct SharedStayTests {
    let plate = Site.rich

    @Test("a car that came in at one box is found by the other box of its car park, and by no other car park's")
    func find() throws {
        let park = try CarPark()
        let entry = park.entry(plate)
        try park.record(.stayOpened(entry))
        let note = try #require(try park.find(.plate(plate), from: park.gate2))
        #expect(note == StayNote(box: park.gate1.device, entry: entry))
        #expect(try park.find(.stay(entry.stay), from: park.gate2) == note)
        #expect(try park.find(.plate(plate), from: park.gate1) == note)
        #expect(try park.find(.plate(plate), from: park.gate3) == nil)
        #expect(try park.find(.stay(entry.stay), from: park.gate3) == nil)
    }

    @Test("a car without a plate is found by its ticket, which bears the stay's id")
    func ticket() throws {
        let park = try CarPark()
        let stay = try park.enter(nil)
        #expect(try park.find(.stay(stay), from: park.gate2)?.entry.plate == nil)
        #expect(try park.find(.stay(stay), from: park.gate2)?.entry.stay == stay)
    }

    @Test("once it has left at the other box it is found no more, and the box where it came in hears that it is over")
    func leaves() throws {
        let park = try CarPark()
        let stay = try park.enter(plate)
        try park.leave(stay, by: \.gate2)
        #expect(try park.find(.plate(plate)) == nil)
        #expect(try park.page(nil, from: park.gate1) == StayPage(stays: [], closed: [stay], next: nil))
        // Where it left there is nothing to be told.
        #expect(try park.page(nil, from: park.gate2) == StayPage(stays: [], closed: [], next: nil))
    }

    @Test("another car park's box ends no stay")
    func foreign() throws {
        let park = try CarPark()
        let stay = try park.enter(plate)
        try park.leave(stay, by: \.gate3)
        #expect(try park.find(.plate(plate)) != nil)
    }

    @Test("an exit whose record comes before that of its entry ends the stay all the same")
    func exitFirst() throws {
        let park = try CarPark()
        let entry = park.entry(plate)
        try park.leave(entry.stay, by: \.gate2)
        try park.record(.stayOpened(entry))
        #expect(try park.find(.plate(plate)) == nil)
        #expect(try park.page(nil, from: park.gate1).closed == [entry.stay])
    }

    @Test("of two stays of one plate the later one is found, and the earlier one when that is over")
    func twice() throws {
        let park = try CarPark()
        let first = try park.enter(plate, 1)
        park.wait(minutes: 5)
        let second = try park.enter(plate, 2, by: \.gate2)
        #expect(try park.find(.plate(plate))?.entry.stay == second)
        try park.leave(second)
        #expect(try park.find(.plate(plate))?.entry.stay == first)
    }

    @Test("a plate that a person has set right is the one the car is found by")
    func corrected() throws {
        let park = try CarPark()
        let stay = try park.enter(Site.poor)
        let correction = PlateCorrection(
            lane: try LaneID("exit-1"), transit: nil, stay: stay, before: Site.poor, plate: plate, who: "Zhao",
            why: "dirty")
        try park.record(.plateCorrected(correction), by: \.gate2)
        #expect(try park.find(.plate(Site.poor)) == nil)
        #expect(try park.find(.plate(plate))?.entry.stay == stay)
    }

    @Test("2,000 cars are read page by page, each once, while cars come and go")
    func pages() throws {
        let park = try CarPark()
        for batch in 0..<20 {
            let entries = (0..<100).map { number in
                Record.Event.stayOpened(park.entry(nil, UInt64(batch * 100 + number)))
            }
            park.time.milliseconds += 1
            _ = try park.store.ingest(park.gate1.batch(entries), from: park.gate1.device, at: park.time)
        }
        var seen: [StayID] = []
        var after: StayID?
        var pages = 0
        repeat {
            let page = try park.page(after, from: park.gate2)
            #expect(page.stays.count <= StayPage.mostStays)
            seen += page.stays.map(\.entry.stay)
            after = page.next
            pages += 1
            if pages == 3 { try park.leave(seen[0], by: \.gate2) }
        } while after != nil
        #expect(seen.count == 2_000)
        #expect(Set(seen).count == 2_000)
        #expect(pages == 11)
    }

    @Test("a stay that is over is forgotten after thirty days", arguments: [(30, 1), (31, 0)])
    func forgotten(days: Int64, kept: Int) throws {
        let park = try CarPark()
        let stay = try park.enter(plate)
        try park.leave(stay, by: \.gate2)
        park.wait(minutes: days * 1_440 - (kept == 1 ? 1 : 0))
        _ = try park.store.tend(at: park.time)
        #expect(try park.page(nil, from: park.gate1).closed.count == kept)
    }

    @Test("what is paid at one box for a car of the other is known to both")
    func paid() throws {
        let park = try CarPark()
        let entered = park.time
        let stay = try park.enter(plate)
        park.wait(minutes: 65)
        let charge = try park.exitCharge(stay, plate, entered: entered)
        #expect(try park.charge(charge, from: park.gate2) == .approved)
        #expect(try park.find(.plate(plate), from: park.gate1)?.paidThrough == charge.quote.until)
        #expect(try park.incidents() == [])
    }
}

extension CarPark {
    func page(_ after: StayID?, from box: Box) throws -> StayPage {
        let response = try ask(.stays(after: after), from: box)
        guard case .stays(let page) = response else { throw Unexpected(response: response) }
        return page
    }
}
