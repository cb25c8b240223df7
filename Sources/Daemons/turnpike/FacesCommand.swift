import ArgumentParser
import Host
import JSONText

/// Enrols faces at the box that runs here.
struct FacesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faces", abstract: "Enrols faces at a canteen's box with a face module.", subcommands: [Enrol.self]
    )

    struct Enrol: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes in a file of faces: sealed on the box's disk, recognised at once, gone with the contract.",
            discussion: """
                A line of JSON a person: {"person": "p2026001", "vectors": ["…"]}. A vector is the base64 of 512 floats of \
                4 bytes, little-endian, of the model that the box's face module has; at most 16 a person. No vector \
                forgets the person's face.
                """)
        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Argument(help: ArgumentHelp("The faces.", valueName: "file"))
        var file: String

        func run() throws {
            let lines = try TextFile.read(file).split(separator: UInt8(ascii: "\n")).map(Array.init)
            for (index, line) in lines.enumerated() {
                guard (try? JSONNode.parse(line, dialect: .json))?["person"]?.string != nil else {
                    throw ValidationError("\(file):\(index + 1): no person in it; nothing was enrolled")
                }
            }
            let door = try BoxDoor(config: config)
            for (index, line) in lines.enumerated() {
                let answer = try door.post("/faces", line)
                guard answer.status == 202 else {
                    throw ValidationError(
                        "\(file):\(index + 1): \(answer.json?["error"]?.string ?? answer.text); \(index) enrolled before it"
                    )
                }
            }
            print("\(lines.count) people enrolled")
        }
    }
}
