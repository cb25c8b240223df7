internal import JSONText
public import Vocabulary

/// A payment network that the platform is connected to.
public struct AcquirerSettings: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Trials and demonstrations: see `SandboxBook`.
        case sandbox
    }

    /// Its name in notices and topics.
    public var name: Slug
    public var kind: Kind
    /// Whose payers' codes it takes.
    public var schemes: [PayerCode.Scheme]
    /// Whether codes that boxes show are paid through it.
    public var takesShownCodes: Bool
    /// The sandbox's own file.
    public var book: String

    public init(
        name: Slug, kind: Kind = .sandbox, schemes: [PayerCode.Scheme], takesShownCodes: Bool, book: String
    ) {
        self.name = name
        self.kind = kind
        self.schemes = schemes
        self.takesShownCodes = takesShownCodes
        self.book = book
    }

    /// Reads the `acquirers` of the platform's file.
    static func list(_ root: ObjectReader, folder: String) -> [AcquirerSettings] {
        var taken: Set<AcquirerRoute> = []
        var names: Set<Slug> = []
        return root.objects("acquirers", count: 0...16) { reader in
            let kind: Kind = reader.choice("kind")
            let name = reader.optionalParsed("name", expected: "a name", Slug.init) ?? (try? Slug(kind.rawValue))
            let schemes = reader.parsedList(
                "schemes", count: 0...PayerCode.Scheme.allCases.count, expected: "the name of a scheme"
            ) { (text) throws(UnknownScheme) in
                guard let scheme = PayerCode.Scheme(rawValue: text) else { throw UnknownScheme() }
                return scheme
            }
            let takesShownCodes = reader.bool("shownCodes", default: false)
            let path = reader.string("book", default: "sandbox.db")
            guard let name else { return nil }
            if !names.insert(name).inserted {
                reader.refuse("name", found: "\(name) a second time", expected: "a name of its own for each acquirer")
            }
            for route in schemes.map(AcquirerRoute.init) + (takesShownCodes ? [AcquirerRoute(nil)] : [])
            where !taken.insert(route).inserted {
                reader.refuse(
                    route.scheme == nil ? "shownCodes" : "schemes", found: "\(route.word) a second time",
                    expected: "each scheme at one acquirer")
            }
            return AcquirerSettings(
                name: name, kind: kind, schemes: schemes, takesShownCodes: takesShownCodes,
                book: path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)")
        }
    }

    private struct UnknownScheme: Error, CustomStringConvertible {
        var description: String { PayerCode.Scheme.allCases.map(\.rawValue).joined(separator: ", ") }
    }
}

/// Which way a charge goes to its payment network.
public struct AcquirerRoute: Hashable, Sendable {
    /// Nil for a code that a box shows.
    public var scheme: PayerCode.Scheme?

    public init(_ scheme: PayerCode.Scheme?) { self.scheme = scheme }

    /// In the name of the account that says what the network owes: `acquirer:weChat`.
    public var word: String { scheme?.rawValue ?? "shownCode" }

    init?(word: String) {
        if word == "shownCode" {
            self.init(nil)
        } else if let scheme = PayerCode.Scheme(rawValue: word) {
            self.init(scheme)
        } else {
            return nil
        }
    }

    /// - Returns: nil for an instrument that no network has to do with.
    init?(_ instrument: Instrument) {
        switch instrument {
        case .payerCode(let scheme, _): self.init(scheme)
        case .shownCode: self.init(nil)
        case .contract, .cash: return nil
        }
    }
}
