import Canteen
import DemoParts
import GB18030Text
import Host
import JSONText
import People
import Purses
import Services
import StandIns
package import Vocabulary
import Wire

/// What is done at the platform beside the daemon, as its commands do: persons, faces and money.
extension CanteenRig {
    private static let listName = "school"

    private func withStore<Value>(_ body: (PlatformStore, CanteenSettings) throws -> Value) throws -> Value {
        let list = try Slug(Self.listName)
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(files.platform), file: files.platform, folder: files.path)
        let store = try PlatformStore(configuration, at: now) { _ in }
        guard let canteen = store.canteens(of: list).first else { throw DemoError("the platform has no canteen") }
        return try body(store, canteen)
    }

    /// Takes persons in by a file, as `turnpike people import` does.
    /// - Throws: every fault of the file, with its line.
    @discardableResult
    package func takeIn(_ text: String) throws -> String {
        try files.folder.write(text, to: "people.csv")
        return try withStore { store, canteen in
            let file = try PeopleFile(
                try TextFile.read("\(files.path)/people.csv"), file: "people.csv", groups: canteen.groups,
                accounts: canteen.rules.purses.filter { $0.kind == .debit }.map(\.id), on: today,
                toUTF8: { try? GB18030Text.toUTF8($0) ?? nil })
            let outcome = try store.takeIn(
                file, named: "people.csv", list: canteen.people, by: "Zhao", why: "new term", at: now)
            return "\(try outcome.get())"
        }
    }

    /// Says that there are pictures of these persons, as `turnpike people face` does.
    package func enrol(_ people: [String], version: Int64 = 1) throws {
        try withStore { store, _ in
            for person in people {
                let holder = try Self.holder(person)
                guard try store.setPicture(version: version, of: holder, by: "Zhao", why: "enrolled", at: now) else {
                    throw DemoError("\(person) is on no list")
                }
            }
        }
    }

    package func end(_ person: String) throws {
        try withStore { store, _ in
            _ = try store.endPerson(try Self.holder(person), by: "Zhao", why: "left the school", at: now)
        }
    }

    /// Issues money by a file, as `turnpike purses issue` does.
    /// - Throws: every fault of the file, with its line.
    @discardableResult
    package func issue(_ text: String) throws -> String {
        try files.folder.write(text, to: "issue.csv")
        return try withStore { store, canteen in
            let file = try IssueFile(
                try TextFile.read("\(files.path)/issue.csv"), file: "issue.csv", rules: canteen.rules, on: today,
                toUTF8: { try? GB18030Text.toUTF8($0) ?? nil })
            return "\(try store.issue(file, named: "issue.csv", list: canteen.people, by: "Zhao", at: now).get())"
        }
    }

    /// Pays money into persons' own purses, as `turnpike purses top-up` does.
    package func topUp(_ people: [String], _ fen: Int64, reference: String) throws {
        let (purse, reference) = (try Slug("cash"), try Slug(reference))
        try withStore { store, _ in
            for person in people {
                let outcome = try store.topUp(
                    try Self.holder(person), purse, Fen(fen), reference: reference, by: "Zhao", at: now)
                _ = try outcome.get()
            }
        }
    }

    package static func holder(_ person: String) throws -> Holder { Holder(.member, try Slug(person)) }

    /// What a person has at the platform, by purse: in the books, and set aside for boxes.
    package func purses(of person: String) throws -> [String: (balance: Int64, lent: Int64)] {
        try withStore { store, _ in
            guard let row = try store.person(try Self.holder(person)) else { throw DemoError("nobody is \(person)") }
            let lines = try store.statement(of: row, at: now).lines
            return Dictionary(
                uniqueKeysWithValues: lines.map { ($0.purse.text, ($0.balance.count, $0.lent.count)) })
        }
    }

    /// What a subsidy's supervisor would see of today: nothing, if all is well.
    package func violations() throws -> [String] {
        try withStore { store, canteen in try store.subsidyAudit(canteen.people, from: today, to: today).violations }
    }

    /// How many persons a box may serve while the network is gone.
    package func readyOffline(_ box: CanteenRigBox) throws -> Int64 {
        try box.board()["ready"]?["offline"]?.integer ?? 0
    }

    /// Waits until a box knows so many persons, and its terminal so many faces.
    package func waitForPeople(_ count: Int64, faces: Int? = nil) throws {
        for box in boxes {
            // Where nothing is lent, the board does not count people.
            if scenario.leases != nil {
                try wait("\(box.name) knows \(count) persons", seconds: 30) {
                    try box.board()["ready"]?["known"]?.integer == count
                }
            }
            guard let faces else { continue }
            try wait("the terminal of \(box.name) has \(faces) faces", seconds: 30) {
                box.terminal.people.count == faces
            }
        }
    }
}
