import BenchSupport
import CanteenDemo
import Glibc
import Host
import StandIns
import Vocabulary

/// From a face before the terminal to the turnstile's relay, over the real topics: online, while the network is cut,
/// and through a lunch in whose middle it is.
///
///     CanteenBench [--count 200] [--rounds 3] [--meals 600]
@main
struct CanteenBench {
    private let options: Options
    /// Nothing but the broker's own is in a terminal's record of so many bytes.
    private static let recordBytes = 400
    /// What the box keeps of a meal: a page of its journal and its state.
    private static let pageBytes = 8_192

    static func main() {
        runBenchmark { try CanteenBench(options: try Options(["count": 200, "rounds": 3, "meals": 600])).run() }
    }

    private func run() throws {
        print("a face before the terminal -> the turnstile's relay; \(options["rounds"]) rounds of \(options["count"])")
        var online: [Figures] = [], offline: [Figures] = [], cards: [Figures] = []
        var hops: [Figures] = [], syncs: [Figures] = []
        var all = (online: [Int64](), offline: [Int64](), cards: [Int64](), hops: [Int64](), syncs: [Int64]())
        for _ in 0..<options["rounds"] {
            let (asked, hop, sync) = try askedRound()
            let (face, card) = try lentRound()
            online.append(Figures(asked))
            offline.append(Figures(face))
            cards.append(Figures(card))
            hops.append(Figures(hop))
            syncs.append(Figures(sync))
            all.online += asked
            all.offline += face
            all.cards += card
            all.hops += hop
            all.syncs += sync
        }
        var table = Table.latencies
        table.add("raw: one message by the broker, QoS 1", Figures(all.hops))
        table.add("raw: one page appended and synced", Figures(all.syncs))
        table.add("face, online", Figures(all.online))
        table.add("face, network cut, from money lent", Figures(all.offline))
        if !all.cards.isEmpty { table.add("card, network cut, from money lent", Figures(all.cards)) }
        table.print()
        let hop = median(hops.map(\.p50)), sync = median(syncs.map(\.p50))
        let (asked, lent) = (median(online.map(\.p50)), median(offline.map(\.p50)))
        let limit = Text.milliseconds(3 * hop + 2 * sync)
        print("  the limit online, three messages and two syncs by the medians of the rounds: \(limit) ms")
        Aim.print(
            "online, ms", Text.milliseconds(asked), "less than 50", isMet: asked < 50_000_000)
        Aim.print(
            "network cut, ms", Text.milliseconds(lent), "less than 15 and one sync, \(Text.milliseconds(sync))",
            isMet: lent < 15_000_000 + sync)
        try lunch()
    }

    // MARK: - Rounds

    /// Nothing is lent: the platform is asked for every meal.
    private func askedRound() throws -> (meals: [Int64], hops: [Int64], syncs: [Int64]) {
        let count = options["count"]
        let canteen = try BenchCanteen(people: count + BenchCanteen.warmup, lends: false)
        let meals = try canteen.meals(BenchCanteen.warmup..<(count + BenchCanteen.warmup))
        let hops = try peer(["mqtt", "\(canteen.rig.broker.port)", "\(count)", "\(Self.recordBytes)"])
        let syncs = try peer(["sync", canteen.rig.files.path, "\(count)", "\(Self.pageBytes)"])
        try canteen.finish()
        return (meals, hops, syncs)
    }

    /// Everybody's money is lent, and the network is cut; half show a face, half a card.
    private func lentRound() throws -> (faces: [Int64], cards: [Int64]) {
        let count = options["count"]
        let canteen = try BenchCanteen(people: 2 * count + BenchCanteen.warmup, lends: true)
        try canteen.rig.box.cutNetwork()
        let first = BenchCanteen.warmup
        let faces = try canteen.meals(first..<(first + count))
        let cards = try canteen.meals((first + count)..<(first + 2 * count), byCard: true)
        try canteen.rig.box.mendNetwork()
        try canteen.finish()
        return (faces, cards)
    }

    private func peer(_ arguments: [String]) throws -> [Int64] {
        try Programs.run("CanteenPeer", arguments).compactMap { Int64($0) }
    }

    /// A lunch hour, one person after another, with the network cut for the middle third.
    private func lunch() throws {
        let meals = options["meals"]
        let canteen = try BenchCanteen(people: meals + BenchCanteen.warmup, lends: true)
        let first = BenchCanteen.warmup, third = meals / 3
        print("a lunch of \(meals) meals, the network cut for the middle third")
        var table = Table.latencies
        let before = try canteen.meals(first..<(first + third))
        try canteen.rig.box.cutNetwork()
        let during = try canteen.meals((first + third)..<(first + 2 * third))
        try canteen.rig.box.mendNetwork()
        let after = try canteen.meals((first + 2 * third)..<(first + meals))
        table.add("before the cut", Figures(before))
        table.add("during it", Figures(during))
        table.add("after it", Figures(after))
        table.print()
        let books = try canteen.finish()
        let worst = Figures(before + during + after).largest
        Aim.print(
            "the longest that anybody waited, ms", Text.milliseconds(worst), "less than 1,000",
            isMet: worst < 1_000_000_000)
        Aim.print(
            "differences in the books", "\(books.differences)", "0", isMet: books.differences == 0)
    }
}
