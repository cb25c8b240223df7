import Testing

/// A rule that finds nothing proves nothing until it has been seen to find something.
@Suite("The checks are alive")
struct ChecksAreAliveTests {
    /// A small tree with one module in each place.
    static let tree = [
        "Sources/Shared/Vocabulary/V.swift", "Sources/Shared/JSONText/J.swift", "Sources/Shared/Wire/W.swift",
        "Sources/Rules/Parking/P.swift", "Sources/Rules/Payments/P.swift", "Sources/Support/SQLite/S.swift",
        "Sources/Support/MQTTLink/M.swift", "Sources/Support/Host/H.swift", "Sources/Edge/Journal/J.swift",
        "Sources/Edge/EdgeRuntime/E.swift", "Sources/Edge/Devices/GPIO/G.swift",
        "Sources/Edge/Devices/PlateCamera/C.swift",
        "Sources/Platform/Ledger/L.swift", "Sources/Platform/Services/S.swift", "Sources/Daemons/parkingd/M.swift",
        "Sources/StandIns/B.swift",
    ].map { TextFile(path: $0, text: "") }

    private func findings(_ path: String, _ text: String) -> [String] {
        LayerRules.findings(in: Self.tree + [TextFile(path: path, text: text)])
    }

    @Test(
        "an import that the layers forbid is found",
        arguments: [
            ("Sources/Shared/Wire/X.swift", "Parking"), ("Sources/Shared/Wire/X.swift", "SQLite"),
            ("Sources/Shared/Wire/X.swift", "Glibc"), ("Sources/Shared/Wire/X.swift", "Synchronization"),
            ("Sources/Shared/Wire/X.swift", "FoundationEssentials"), ("Sources/Shared/Vocabulary/X.swift", "Crypto"),
            ("Sources/Shared/JSONText/X.swift", "Crypto"), ("Sources/Shared/Wire/X.swift", "CSQLite"),
            ("Sources/Rules/Parking/X.swift", "Crypto"), ("Sources/Rules/Parking/X.swift", "Logging"),
            ("Sources/Rules/Parking/X.swift", "Host"), ("Sources/Rules/Parking/X.swift", "GPIO"),
            ("Sources/Rules/Parking/X.swift", "Ledger"), ("Sources/Rules/Parking/X.swift", "FoundationEssentials"),
            ("Sources/Support/Host/X.swift", "Parking"), ("Sources/Support/Host/X.swift", "Journal"),
            ("Sources/Support/Host/X.swift", "Ledger"), ("Sources/Support/MQTTLink/X.swift", "Wire"),
            ("Sources/Support/MQTTLink/X.swift", "JSONText"), ("Sources/Edge/Journal/X.swift", "Ledger"),
            ("Sources/Edge/Journal/X.swift", "EdgeRuntime"), ("Sources/Edge/Kiosk/X.swift", "EdgeRuntime"),
            ("Sources/Edge/Journal/X.swift", "GPIO"),
            ("Sources/Edge/Journal/X.swift", "parkingd"), ("Sources/Edge/Devices/GPIO/X.swift", "Parking"),
            ("Sources/Edge/Devices/GPIO/X.swift", "EdgeRuntime"), ("Sources/Edge/Devices/GPIO/X.swift", "PlateCamera"),
            ("Sources/Edge/Devices/GPIO/Deep/X.swift", "Payments"), ("Sources/Platform/Services/X.swift", "Journal"),
            ("Sources/Platform/Services/X.swift", "GPIO"), ("Sources/Platform/Services/X.swift", "parkingd"),
            ("Sources/Platform/Services/X.swift", "StandIns"),
            ("Sources/Daemons/parkingd/X.swift", "Foundation"),
            ("Sources/Support/Host/X.swift", "FoundationNetworking"),
        ])
    func forbidden(path: String, module: String) {
        for text in [
            "import \(module)", "public import \(module)", "internal import \(module)\n",
            "@preconcurrency import \(module)",
            "import struct \(module).Thing", "\timport \(module).Part // why", "import Swift; import \(module)",
        ] {
            #expect(findings(path, "// first\n\(text)").contains { $0.hasPrefix("\(path):2: ") }, "\(text)")
        }
        #expect(findings(path, "// import \(module)\nlet text = \"import \(module)\"") == [])
    }

    @Test(
        "an import that the layers allow is not found",
        arguments: [
            ("Sources/Shared/Wire/X.swift", ["Vocabulary", "JSONText", "Crypto"]),
            ("Sources/Rules/Parking/X.swift", ["Vocabulary", "Wire", "Payments"]),
            ("Sources/Support/MQTTLink/X.swift", ["Vocabulary", "Host", "CMosquitto", "Glibc", "Synchronization"]),
            ("Sources/Edge/Journal/X.swift", ["Wire", "Parking", "SQLite", "Host", "Logging", "FoundationEssentials"]),
            ("Sources/Edge/Devices/GPIO/X.swift", ["Vocabulary", "Host", "CGpiod", "Glibc"]),
            (
                "Sources/Edge/EdgeRuntime/X.swift",
                ["Journal", "GPIO", "PlateCamera", "Parking", "MQTTLink", "Hummingbird"]
            ),
            ("Sources/Platform/Services/X.swift", ["Ledger", "Wire", "SQLite", "MQTTLink", "Payments"]),
            ("Sources/StandIns/X.swift", ["Host", "PlateCamera", "Glibc"]),
            ("Sources/Daemons/parkingd/X.swift", ["EdgeRuntime", "Services", "ArgumentParser", "Wire"]),
        ])
    func allowed(path: String, modules: [String]) {
        #expect(findings(path, modules.map { "internal import \($0)" }.joined(separator: "\n")) == [])
    }

    @Test("a C module imported publicly, and a file outside every target, are found")
    func otherBreaches() {
        #expect(findings("Sources/Support/SQLite/X.swift", "public import CSQLite").count == 1)
        #expect(findings("Sources/Support/SQLite/X.swift", "@_exported import CSQLite").count == 1)
        #expect(findings("Sources/Support/SQLite/X.swift", "internal import CSQLite").isEmpty)
        #expect(findings("Sources/Shared/X.swift", "").count == 1)
        #expect(findings("Sources/Edge/Devices/X.swift", "").count == 1)
    }

    @Test(
        "each clock, die and floating-point type is found in Shared and Rules, and only there",
        arguments: TextRules.impure)
    func impure(word: String) {
        for path in ["Sources/Shared/Wire/X.swift", "Sources/Rules/Parking/X.swift"] {
            let text = "let a = 1\nlet b = \(word)\n// \(word)\nlet c = \"//\" + \(word)"
            let found = TextRules.impurities(in: [TextFile(path: path, text: text)])
            #expect(found == ["\(path):2: uses \(word)", "\(path):4: uses \(word)"])
        }
        #expect(TextRules.impurities(in: [TextFile(path: "Sources/Edge/Journal/X.swift", text: word)]) == [])
    }

    @Test(
        "only the matcher of faces may use floating point, and nothing else that is impure", arguments: TextRules.impure
    )
    func measuring(word: String) {
        let isAllowed = word == "Double" || word == "Float"
        for (path, count) in [("Rules/FaceMatch/X.swift", isAllowed ? 0 : 1), ("Rules/FaceMatches/X.swift", 1)] {
            let file = TextFile(path: "Sources/\(path)", text: word)
            #expect(TextRules.impurities(in: [file]).count == count)
        }
    }

    @Test(
        "a longer name that only contains a forbidden one is not found",
        arguments: ["myDate()", "candidateUUID()", "Doubled", "aDouble"])
    func longerNames(word: String) {
        #expect(TextRules.impurities(in: [TextFile(path: "Sources/Rules/Parking/X.swift", text: word)]) == [])
    }

    @Test("a file of more than 500 lines is found", arguments: [(500, 0), (501, 1)])
    func length(lines: Int, count: Int) {
        for end in ["", "\n"] {
            let text = Array(repeating: "x", count: lines).joined(separator: "\n") + end
            #expect(TextRules.sizes(in: [TextFile(path: "a.swift", text: text)]).count == count)
        }
    }

    @Test("a line of more than 120 columns is found; a wide character is one column", arguments: [(120, 0), (121, 1)])
    func width(columns: Int, count: Int) {
        for character in ["x", "京"] {
            let text = "short\n" + String(repeating: character, count: columns) + "\nshort"
            #expect(TextRules.sizes(in: [TextFile(path: "a.swift", text: text)]).count == count)
            for name in ["page.js", "page.css", "page.html"] {
                #expect(TextRules.pageWidths(in: [TextFile(path: "Sources/X/\(name)", text: text)]).count == count)
            }
        }
    }

    @Test("a path of one machine is found in any file", arguments: TextRules.machinePaths)
    func machinePath(path: String) {
        for text in ["see \(path)x", "\"\(path)main\"", "file:/\(path)", path] {
            #expect(
                TextRules.machinePaths(in: [TextFile(path: "README.md", text: "a\n\(text)")]) == [
                    "README.md:2: names \(path)"
                ])
        }
        #expect(
            TextRules.machinePaths(in: [TextFile(path: "README.md", text: "net\(path)x $dir\(path)x ${dir}\(path)x")])
                == [])
    }

    @Test("a scenario or hardware file that nothing names is found")
    func unused() {
        let scenario = TextFile(path: "Scenarios/day.json5", text: "// day.json5")
        let board = TextFile(path: "Hardware/board.json5", text: "")
        let test = TextFile(path: "Tests/XTests/X.swift", text: "\"Scenarios/day.json5\"")
        let readme = TextFile(path: "README.md", text: "`board.json5` says how")
        #expect(TextRules.unused(in: [scenario, board]).count == 2)
        #expect(
            TextRules.unused(in: [scenario, board, test]) == [
                "Hardware/board.json5: no test and no documentation names it"
            ])
        #expect(TextRules.unused(in: [scenario, board, test, readme]) == [])
        #expect(TextRules.unused(in: [TextFile(path: "Hardware/README.md", text: "")]) == [])
        #expect(TextRules.unused(in: [scenario, TextFile(path: "Sources/A/B/C.swift", text: "day.json5")]).count == 1)
    }
}
