public import Canteen
public import FaceLink
internal import FaceTerminal
public import Vocabulary
internal import Wire

extension CanteenEvent {
    /// What it means to the rules that a face terminal reports a record: somebody, only where the terminal itself let
    /// them through and names a person of ours. Whatever else it decided (none, refused, not registered, a verdict that
    /// is not known) is a face that nobody knows: nothing is charged and nothing opens.
    ///
    /// - Parameter zone: the site's, by which the terminal's clock is set.
    public init(_ arrival: FaceArrival, in zone: TimeZoneRule) {
        let record = arrival.record
        guard record.verdict == .allowed, let id = record.person, let slug = try? Slug(id),
            let terminal = try? Slug(arrival.terminal.lowercased())
        else {
            self = .notKnown(arrival.lane, .unknown)
            return
        }
        self = .presented(
            arrival.lane,
            Presentation(
                .holder(Holder(.member, slug)), by: .face, similarity: record.similarityThousandths,
                source: Presentation.Source(
                    terminal: terminal, number: record.id,
                    at: record.localSeconds.map { zone.wall(localSeconds: $0) })))
    }
}
