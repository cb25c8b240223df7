/// The cars of the scripted morning.
enum DemoCars {
    /// A car that came before the morning began and is inside when the box starts.
    struct Inside {
        var plate: String
        var minutes: Int64
    }

    /// A contract at the platform: fen.
    struct Contract {
        var plate: String
        var account: String
        var balance: Int64
        var offlineLimit: Int64
    }

    static let inside = [
        Inside(plate: "粤B12345", minutes: 130), Inside(plate: "京A88888", minutes: 9 * 60),
        Inside(plate: "沪C6688D", minutes: 26 * 60), Inside(plate: "川A24680", minutes: 61),
        Inside(plate: "苏E13579", minutes: 95), Inside(plate: "浙F55555", minutes: 200),
        Inside(plate: "闽D10001", minutes: 75), Inside(plate: "闽D10002", minutes: 76),
        Inside(plate: "湘A70707", minutes: 45), Inside(plate: "鲁B33333", minutes: 240),
        Inside(plate: "豫K90909", minutes: 150), Inside(plate: "津M20202", minutes: 300),
        Inside(plate: "渝N46810", minutes: 30 * 60),
    ]

    static let contracts = [
        Contract(plate: "粤B12345", account: "li", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "京A88888", account: "wang", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "沪C6688D", account: "zhang", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "川A24680", account: "liu", balance: 100, offlineLimit: 5_000),
        Contract(plate: "浙F55555", account: "chen", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "闽D10001", account: "fleet", balance: 90_000, offlineLimit: 5_000),
        Contract(plate: "闽D10002", account: "fleet", balance: 90_000, offlineLimit: 5_000),
        Contract(plate: "湘A70707", account: "huang", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "鲁B33333", account: "zhou", balance: 50_000, offlineLimit: 0),
        Contract(plate: "津M20202", account: "wu", balance: 50_000, offlineLimit: 5_000),
        Contract(plate: "渝N46810", account: "xu", balance: 50_000, offlineLimit: 5_000),
    ]
}
