public import JSONText
internal import Vocabulary

extension TariffBook {
    /// The `kind` member of a file that has nothing but tariffs.
    public static let kind = "tariff-book"

    /// Reads a file of tariffs (JSON5).
    /// - Throws: every fault in it, with line, column, path, what was found and what was expected.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { root in
            root.expectKind(TariffBook.kind)
            return TariffBook(root)
        }
    }

    /// Reads the members `tariffs` and `tariffBoundAt`, of a scenario or a file of tariffs.
    public init?(_ reader: ObjectReader) {
        let boundAt: Binding = reader.choice("tariffBoundAt", default: .entry)
        var ids: Set<Slug> = []
        var begins: [WallTime?: Slug] = [:]
        let versions = reader.objects("tariffs", count: 1...1_000) { version -> Tariff? in
            guard let tariff = Tariff(version) else { return nil }
            if !ids.insert(tariff.id).inserted {
                version.refuse("id", found: "\(tariff.id) a second time", expected: "each version's name once")
            }
            if let other = begins.updateValue(tariff.id, forKey: tariff.validFrom) {
                version.refuse(
                    "validFrom", found: tariff.validFrom == nil ? "none, as in \(other)" : "the same as in \(other)",
                    expected: "another date for each version, and none for the first")
            }
            return tariff
        }
        guard !versions.isEmpty else { return nil }
        if versions.count == reader.count("tariffs"), !versions.contains(where: { $0.validFrom == nil }) {
            reader.refuse(
                "tariffs", found: "no version for the time before the first validFrom",
                expected: "no validFrom in the version that comes first")
        }
        self.init(versions, boundAt: boundAt)
    }
}
