internal import Vocabulary
internal import Wire

/// The cars of every car park: takes in what boxes record of them, tells the other boxes of the site, and answers them.
final class CarBook {
    let stays: StayTable
    let sites: SiteMap
    let phone: PhoneSettlement

    init(stays: StayTable, sites: SiteMap, phone: PhoneSettlement) {
        self.stays = stays
        self.sites = sites
        self.phone = phone
    }

    // MARK: - Records

    func opened(_ entry: StayEntry, of device: DeviceID) throws(PlatformError) {
        guard try stays.opened(entry, of: device, site: sites.key(of: device)) else { return }
        tell(device, .stayOpened(StayNote(box: device, entry: entry)))
    }

    func closed(_ stay: StayID, of device: DeviceID, at now: WallTime) throws(PlatformError) {
        guard try stays.closed(stay, of: device, site: sites.key(of: device), at: now) else { return }
        try phone.closed(stay, by: device)
    }

    /// A person has set a car's plate right.
    func corrected(_ stay: StayID, to plate: Plate, of device: DeviceID) throws(PlatformError) {
        let site = sites.key(of: device)
        guard let row = try stays.row(stay), row.site == site, row.entry.plate != plate else { return }
        try stays.corrected(stay, to: plate, site: site)
        guard !row.isClosed, let now = try stays.row(stay) else { return }
        tell(device, .stayOpened(try phone.note(now)))
    }

    /// A person has set right when a car came in.
    func entryTimeSet(
        _ stay: StayID, _ entered: WallTime, by who: String, of device: DeviceID
    ) throws(PlatformError) {
        let site = sites.key(of: device)
        try stays.entryTimeSet(stay, entered, by: who, site: site)
        guard let row = try stays.row(stay), row.site == site, !row.isClosed else { return }
        tell(device, .stayOpened(try phone.note(row)))
    }

    func ticketLost(_ stay: StayID, of device: DeviceID) throws(PlatformError) {
        try stays.ticketLost(stay, site: sites.key(of: device))
    }

    func recorded(_ payment: PaymentID, by device: DeviceID) throws(PlatformError) {
        try phone.recorded(payment, by: device)
    }

    private func tell(_ device: DeviceID, _ announcement: Announcement) {
        for other in sites.others(than: device) { phone.say(.tell(other, announcement)) }
    }

    // MARK: - Requests

    /// A car inside the asking box's car park.
    func find(_ key: StayKey, for device: DeviceID) throws(PlatformError) -> StayNote? {
        guard let row = try inside(key, site: sites.key(of: device)) else { return nil }
        return try phone.note(row)
    }

    func inside(_ key: StayKey, site: String) throws(PlatformError) -> StayTable.Row? {
        switch key {
        case .plate(let plate): return try stays.inside(plate, site: site)
        case .stay(let stay):
            guard let row = try stays.row(stay), row.site == site, !row.isClosed else { return nil }
            return row
        }
    }

    func page(after: StayID?, for device: DeviceID) throws(PlatformError) -> StayPage {
        let rows = try stays.page(
            after: after, of: device, site: sites.key(of: device), most: StayPage.mostStays)
        var page = StayPage(stays: [], closed: [], next: rows.count == StayPage.mostStays ? rows.last?.stay : nil)
        for (stay, row) in rows {
            if let row { page.stays.append(try phone.note(row)) } else { page.closed.append(stay) }
        }
        return page
    }
}
