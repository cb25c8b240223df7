internal import Vocabulary

/// Which boxes share their stays. Pure.
struct SiteMap: Sendable {
    private let byDevice: [DeviceID: SiteSettings]
    private let byID: [Slug: SiteSettings]

    init(_ sites: [SiteSettings]) {
        byID = Dictionary(sites.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        byDevice = Dictionary(
            sites.flatMap { site in site.devices.map { ($0, site) } }, uniquingKeysWith: { first, _ in first })
    }

    var all: [SiteSettings] { byID.values.sorted { $0.id < $1.id } }

    subscript(id: Slug) -> SiteSettings? { byID[id] }

    /// The site that a box belongs to; nil for one on its own.
    func site(of device: DeviceID) -> SiteSettings? { byDevice[device] }

    /// The key under which a box's stays stand: its site, or, with a colon that no site has, the box.
    func key(of device: DeviceID) -> String { byDevice[device].map(\.id.text) ?? "box:\(device)" }

    /// The boxes beside this one that share its stays.
    func others(than device: DeviceID) -> [DeviceID] {
        byDevice[device].map { $0.devices.filter { $0 != device } } ?? []
    }
}
