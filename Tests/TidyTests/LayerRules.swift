/// Which imports the layers allow: Daemons → EdgeRuntime → other Edge → Support, Rules → Shared.
enum LayerRules {
    /// What each layer may import of our own layers. A layer that is not here may import any.
    static let allowed: [String: Set<String>] = [
        "Shared": ["Shared"], "Rules": ["Shared", "Rules"], "Support": ["C", "Shared", "Support"],
        "Edge": ["C", "Shared", "Rules", "Support", "Edge"],
        "Platform": ["C", "Shared", "Rules", "Support", "Platform"],
    ]
    /// The layers that may import nothing from outside either, but for what stands in ``outside``.
    static let pure: Set<String> = ["Shared", "Rules"]
    static let outside: [String: Set<String>] = ["Wire": ["Crypto"]]
    static let foundations: Set<String> = [
        "Foundation", "FoundationNetworking", "FoundationXML", "FoundationInternationalization",
    ]

    /// Every breach of the rules, as `path:line: what`.
    static func findings(in files: [TextFile]) -> [String] {
        let places = Dictionary(
            files.compactMap { file in Place(file.path).map { ($0.module, $0) } },
            uniquingKeysWith: { first, _ in first })
        return files.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }.flatMap {
            file -> [String] in
            guard let place = Place(file.path) else { return ["\(file.path):1: belongs to no target's folder"] }
            return file.imports.compactMap { imported in
                breach(of: imported, at: place, places).map { "\(file.path):\(imported.line): \($0)" }
            }
        }
    }

    private static func breach(of imported: Import, at place: Place, _ places: [String: Place]) -> String? {
        let name = imported.module
        if foundations.contains(name) { return "imports \(name): only FoundationEssentials is small enough for a box" }
        guard let target = places[name] ?? cModule(name) else {
            guard pure.contains(place.layer), outside[place.module]?.contains(name) != true else { return nil }
            return "\(place.layer) imports \(name): it is pure and imports nothing from outside"
        }
        if target.layer == "C", imported.isPublic { return "imports \(name) publicly: no C type in a public API" }
        if let layers = allowed[place.layer], !layers.contains(target.layer) {
            return "\(place.layer) imports \(name) of \(target.layer): imports point one way"
        }
        switch (place.area, place.module, target.layer, name) {
        case ("Edge/Devices", _, "Rules", _): return "a device imports \(name): devices know no rules"
        case ("Edge/Devices", _, "Edge", _): return "a device imports \(name): devices know nothing above them"
        // The files of a whole box, for its daemon and for whoever checks them.
        case ("Edge", "CanteenFit", "Edge", _): return nil
        case ("Edge", _, "Edge", "EdgeRuntime"): return "\(place.module) imports \(name), which stands above it"
        case ("Edge", "Journal", "Edge", _): return "the journal imports \(name): it knows no other part of the edge"
        case (_, "MQTTLink", _, "Wire"), (_, "MQTTLink", _, "JSONText"):
            return "MQTTLink imports \(name): it knows bytes only"
        default: return nil
        }
    }

    /// C targets have no Swift file to be found by; their names begin with C and then a capital.
    private static func cModule(_ name: String) -> Place? {
        let ours: Set<String> = [
            "CCurl", "CSQLite", "CMosquitto", "CGpiod", "CExpat", "CLinux", "CPostgres", "CQREncode",
            "CSecret",
        ]
        return ours.contains(name) ? Place("Sources/C/\(name)/shim.h") : nil
    }
}
