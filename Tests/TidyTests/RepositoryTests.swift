import Testing

@Suite("The repository is tidy")
struct RepositoryTests {
    @Test("the walk finds the sources, the tests and this very file")
    func walk() {
        let paths = Set(Repository.files.map(\.path))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Sources/Shared/Wire/Batch.swift"))
        #expect(paths.contains("Tests/TidyTests/RepositoryTests.swift"))
        #expect(!paths.contains { $0.hasPrefix(".git/") || $0.hasPrefix(".build") })
        #expect(Repository.swift.count > 40)
    }

    @Test(
        "imports point one way, nothing imports the full Foundation, and Shared and Rules import nothing from outside")
    func layers() {
        #expect(LayerRules.findings(in: Repository.files) == [])
    }

    @Test("Shared and Rules have no clock, no dice and no floating point of their own")
    func purity() {
        #expect(TextRules.impurities(in: Repository.files) == [])
    }

    @Test("every Swift file has at most 500 lines of at most 120 columns")
    func sizes() {
        #expect(TextRules.sizes(in: Repository.swift) == [])
    }

    @Test("every page, style and script has lines of at most 120 columns")
    func pageWidths() {
        #expect(TextRules.pageWidths(in: Repository.files) == [])
    }

    @Test("no file names a path of the machine it was written on")
    func machinePaths() {
        #expect(TextRules.machinePaths(in: Repository.files) == [])
    }

    @Test("every scenario and every hardware file is named in a test or in the documentation")
    func used() {
        #expect(TextRules.unused(in: Repository.files) == [])
    }
}
