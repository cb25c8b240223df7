internal import Vocabulary
internal import Wire

/// Who is listed here, by what they show.
struct PeopleIndex {
    private var byHolder: [Holder: Person] = [:]
    private var byCard: [String: Holder] = [:]
    private var byCode: [String: Holder] = [:]
    /// Everybody, in order.
    private(set) var holders: [Holder] = []

    init(_ people: [Person]) {
        for person in people {
            byHolder[person.holder] = person
            for card in person.cards { byCard[card] = person.holder }
            if let code = person.code { byCode[code] = person.holder }
        }
        holders = byHolder.keys.sorted()
    }

    subscript(holder: Holder) -> Person? { byHolder[holder] }
    subscript(card number: String) -> Person? { byCard[number].flatMap { byHolder[$0] } }
    subscript(code number: String) -> Person? { byCode[number].flatMap { byHolder[$0] } }

    var count: Int { byHolder.count }
}
