/// The cars of the scripted morning.
enum DemoCars {
    static let inside = [
        RigFiles.Inside(plate: "粤B12345", minutes: 130), RigFiles.Inside(plate: "京A88888", minutes: 9 * 60),
        RigFiles.Inside(plate: "沪C6688D", minutes: 26 * 60), RigFiles.Inside(plate: "川A24680", minutes: 61),
        RigFiles.Inside(plate: "苏E13579", minutes: 95), RigFiles.Inside(plate: "浙F55555", minutes: 200),
        RigFiles.Inside(plate: "闽D10001", minutes: 75), RigFiles.Inside(plate: "闽D10002", minutes: 76),
        RigFiles.Inside(plate: "湘A70707", minutes: 45), RigFiles.Inside(plate: "鲁B33333", minutes: 240),
        RigFiles.Inside(plate: "豫K90909", minutes: 150), RigFiles.Inside(plate: "津M20202", minutes: 300),
        RigFiles.Inside(plate: "渝N46810", minutes: 30 * 60),
    ]

    static let contracts = [
        RigFiles.Contract(plate: "粤B12345", account: "li", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "京A88888", account: "wang", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "沪C6688D", account: "zhang", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "川A24680", account: "liu", balance: 100, offlineLimit: 5_000),
        RigFiles.Contract(plate: "浙F55555", account: "chen", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "闽D10001", account: "fleet", balance: 90_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "闽D10002", account: "fleet", balance: 90_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "湘A70707", account: "huang", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "鲁B33333", account: "zhou", balance: 50_000, offlineLimit: 0),
        RigFiles.Contract(plate: "津M20202", account: "wu", balance: 50_000, offlineLimit: 5_000),
        RigFiles.Contract(plate: "渝N46810", account: "xu", balance: 50_000, offlineLimit: 5_000),
    ]
}
