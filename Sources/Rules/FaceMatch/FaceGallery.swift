public import Vocabulary

/// The enrolled faces, in memory: whose is this one?
///
/// A person may have several templates, and is as alike as the best of them. What comes out never depends on the order
/// of enrolment. 1,052 bytes a template.
public struct FaceGallery: Sendable {
    private struct Person {
        var holder: Holder
        var rows: [Int]
    }

    public let policy: FacePolicy
    /// Templates that fit; the next one is refused.
    public let mostTemplates: Int
    /// Templates that one person may have.
    public static let mostTemplatesAPerson = 16

    private var people: [Person] = []
    private var indices: [Holder: Int] = [:]
    /// Of each row, whose it is.
    private(set) var owners: [Int] = []
    /// The high byte of each component, rounded, and what is left: component = 256 × high + low.
    private(set) var high = PackedVectors(), low = PackedVectors()
    private(set) var squaredNorms: [Int64] = []
    private(set) var bounds: [RowBound] = []

    /// - Parameter mostTemplates: 1 … 1,000,000; memory is taken as templates come.
    public init(policy: FacePolicy, mostTemplates: Int = 100_000) {
        precondition((1...1_000_000).contains(mostTemplates), "a gallery of \(mostTemplates) templates")
        self.policy = policy
        self.mostTemplates = mostTemplates
    }

    public var templateCount: Int { owners.count }
    public var personCount: Int { people.count }

    /// The people who are enrolled, in no order.
    public var holders: [Holder] { people.map(\.holder) }

    /// Makes room at once for as many templates as will come, so that none is copied while the gallery grows.
    public mutating func reserve(templates: Int) {
        let count = min(templates, mostTemplates)
        high.reserve(count)
        low.reserve(count)
        owners.reserveCapacity(count)
        squaredNorms.reserveCapacity(count)
        bounds.reserveCapacity(count)
    }

    /// Adds a template to those of a person; one that this person has already changes nothing.
    /// - Throws: ``FaceGalleryError``; nothing is changed then.
    public mutating func enrol(_ template: FaceTemplate, for holder: Holder) throws(FaceGalleryError) {
        let rows = indices[holder].map { people[$0].rows } ?? []
        if rows.contains(where: { has(template, at: $0) }) { return }
        guard rows.count < FaceGallery.mostTemplatesAPerson else { throw .tooManyOfOnePerson(holder) }
        guard templateCount < mostTemplates else { throw .full(limit: mostTemplates) }
        let person = indices[holder] ?? people.count
        if person == people.count {
            indices[holder] = person
            people.append(Person(holder: holder, rows: []))
        }
        people[person].rows.append(owners.count)
        append(template, owner: person)
    }

    /// Removes a person with all templates.
    /// - Returns: how many templates there were.
    @discardableResult
    public mutating func remove(_ holder: Holder) -> Int {
        guard let person = indices.removeValue(forKey: holder) else { return 0 }
        let rows = people[person].rows.sorted(by: >)
        // From the last on, so that the row which takes a removed one's place is never one that goes too.
        for row in rows { remove(row: row) }
        let last = people.count - 1
        if person != last {
            people[person] = people[last]
            indices[people[person].holder] = person
            for row in people[person].rows { owners[row] = person }
        }
        people.removeLast()
        return rows.count
    }

    /// Who has template `row`.
    func holder(of row: Int) -> Holder { people[owners[row]].holder }

    private mutating func append(_ template: FaceTemplate, owner: Int) {
        let (high, low) = FaceGallery.split(template)
        self.high.append(high)
        self.low.append(low)
        owners.append(owner)
        let norm = template.squaredNorm
        squaredNorms.append(norm)
        bounds.append(RowBound(squaredNorm: norm, low: low))
    }

    private mutating func remove(row: Int) {
        let last = owners.count - 1
        high.removeSwappingLast(row)
        low.removeSwappingLast(row)
        if row != last {
            let owner = owners[last]
            owners[row] = owner
            squaredNorms[row] = squaredNorms[last]
            bounds[row] = bounds[last]
            guard let place = people[owner].rows.firstIndex(of: last) else {
                preconditionFailure("row \(last) is not its owner's")
            }
            people[owner].rows[place] = row
        }
        owners.removeLast()
        squaredNorms.removeLast()
        bounds.removeLast()
    }

    private func has(_ template: FaceTemplate, at row: Int) -> Bool {
        let query = PackedQuery(template.components)
        let product = exactProduct(query, row)
        // Two vectors are the same if their product is the square of both.
        return product == squaredNorms[row] && product == template.squaredNorm
    }

    /// The inner product of the query and a row's whole components.
    func exactProduct(_ query: PackedQuery, _ row: Int) -> Int64 {
        256 * Int64(query.product(with: high, row: row)) + Int64(query.product(with: low, row: row))
    }

    private static func split(_ template: FaceTemplate) -> (high: [Int8], low: [Int8]) {
        var high: [Int8] = [], low: [Int8] = []
        high.reserveCapacity(FaceTemplate.length)
        low.reserveCapacity(FaceTemplate.length)
        for component in template.components {
            // ±32,512 at most, so that neither the sum nor the rounded byte overflows.
            let byte = (component + 128) >> 8
            high.append(Int8(byte))
            low.append(Int8(component - byte << 8))
        }
        return (high, low)
    }
}

/// What a gallery does not take.
public enum FaceGalleryError: Error, Equatable, Sendable, CustomStringConvertible {
    case full(limit: Int)
    case tooManyOfOnePerson(Holder)

    public var description: String {
        switch self {
        case .full(let limit):
            "the gallery has its \(limit) face templates: remove people whose contract has ended, or raise the limit"
        case .tooManyOfOnePerson(let holder):
            "\(holder) has \(FaceGallery.mostTemplatesAPerson) face templates, the most a person may have: enrol anew"
        }
    }
}
