public import FaceTerminal
public import Vocabulary
public import Wire

/// Whom a box's face terminals should know, as its list of persons says: everybody with a face on it.
public struct FaceRoster: Sendable {
    /// What terminals are to be told.
    public struct News: Sendable {
        public var faces: [FacePerson] = []
        /// Who cannot be brought to a terminal, and why.
        public var unfit: [(holder: Holder, why: FaceTerminalError)] = []
    }

    private let pictures: String
    private var version: Int64 = 0
    /// As terminals were last told; nil: there is no list yet, and they stay as they are.
    public private(set) var faces: [FacePerson]?

    /// - Parameter pictures: where terminals fetch a person's picture, with `{person}` in it.
    public init(pictures: String) { self.pictures = pictures }

    /// Takes the list as it is now.
    ///
    /// - Parameters:
    ///   - version: the list's; 0: the box has none yet, as after its journal was replaced. Nobody is taken away then.
    ///   - people: asked only if the version is another one.
    /// - Returns: nil if terminals have been told of it.
    public mutating func hear(version: Int64, people: () -> [Person]) -> News? {
        guard version > 0, version != self.version else { return nil }
        self.version = version
        var news = News()
        for person in people() {
            guard let face = person.face else { continue }
            do throws(FaceTerminalError) {
                news.faces.append(
                    try FacePerson(
                        id: person.holder.key, name: person.name,
                        pictureURI: pictures.replacing("{person}", with: person.holder.key),
                        version: max(1, face.version)))
            } catch { news.unfit.append((person.holder, error)) }
        }
        faces = news.faces
        return news
    }
}
