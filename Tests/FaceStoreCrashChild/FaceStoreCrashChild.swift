import FaceMatch
import FaceStore
import Glibc
import Vocabulary

/// A writer for the face store's tests to kill.
///
///     FaceStoreCrashChild FOLDER     writes twenty people's templates, all of one generation, again and again
///
/// It prints `durable N` when generation N is written. Every fourth generation has no second half of the people.
@main
struct FaceStoreCrashChild {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else { exit(2) }
        let store = try FaceStore(folder: CommandLine.arguments[1], model: try Slug("crash-1"))
        var generation = 1
        while true {
            var people: [(holder: Holder, templates: [FaceTemplate])] = []
            for person in 0..<20 {
                let isThere = !generation.isMultiple(of: 4) || person < 10
                let holder = Holder(.member, try Slug("pupil-\(person)"))
                people.append((holder, isThere ? try templates(generation, person) : []))
            }
            try store.put(people)
            print("durable \(generation)")
            fflush(nil)
            generation += 1
        }
    }

    /// Templates that tell whose and of which generation they are.
    static func templates(_ generation: Int, _ person: Int) throws -> [FaceTemplate] {
        try (0..<2).map { slot in
            var vector = [Float](repeating: 0, count: FaceTemplate.length)
            vector[0] = 32_512
            vector[1] = Float(generation)
            vector[2] = Float(person)
            vector[3] = Float(slot)
            return try FaceTemplate(vector)
        }
    }
}
