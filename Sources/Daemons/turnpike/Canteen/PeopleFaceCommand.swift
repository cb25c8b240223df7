import ArgumentParser
import People
import Services
import Vocabulary
import Wire

struct PeopleFace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "face", abstract: "Brings a person's picture to the face terminals, or takes it away.",
        discussion: """
            Each terminal fetches the picture from the address that `facePictures` in its box's hardware file makes \
            of the person's name; put it there first. Templates of face modules are not here but at each box: \
            turnpike faces enrol.
            """)

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @OptionGroup var who: PersonArgument
    @Option(help: "There is a picture of this version, from 1 and above every one before.")
    var version: Int64?
    @Flag(help: "There is no picture, or consent was withdrawn: the terminals forget the person's face.")
    var none = false

    func validate() throws {
        guard none == (version == nil) else { throw ValidationError("say --version with a number, or --none") }
        guard version ?? 1 > 0 else { throw ValidationError("--version: a number from 1") }
    }

    func run() throws {
        let open = try canteen.open()
        let row = try open.person(who.person)
        if let version, let old = row.face, version <= old.version {
            throw ValidationError("\(who.person) has the picture \(old.version): --version \(old.version + 1) or above")
        }
        guard
            try open.store.setPicture(version: version, of: row.holder, by: reason.who, why: reason.why, at: open.now)
        else { throw ValidationError("the contract of \(who.person) has ended, and with it the picture") }
        if let version {
            print("picture \(version): terminals fetch it")
        } else {
            print("taken away: terminals forget the face")
            print("a box with a face module forgets it with: turnpike faces enrol, no vectors (docs/FACES.md)")
        }
    }
}
