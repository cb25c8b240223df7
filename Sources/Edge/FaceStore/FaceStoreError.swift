public import Host
public import SQLite
public import Vocabulary

/// What can go wrong with the enrolled faces on disk; never tells anything of a face.
public enum FaceStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The disk or SQLite refused; the error knows the operation, the codes and the advice.
    case database(SQLiteError)
    /// The key's file, or the folder, cannot be used.
    case file(PrivateFileError)
    /// There are sealed faces, and the key to them is gone.
    case keyMissing(path: String)
    case notAKey(path: String, bytes: Int)
    /// The faces were sealed under another key.
    case wrongKey(path: String)
    /// The file cannot be trusted as a whole; single rows that cannot are in a ``FaceStoreReport``.
    case damaged(path: String, why: String)
    case notAFaceStore(path: String)
    case newerSchema(path: String, found: Int64, supported: Int64)
    /// More templates than a person may have; nothing was written.
    case tooManyTemplates(Holder, count: Int, limit: Int)
    /// The faces are removed, but their sealed bytes are still in the log; tried again with the next removal or start.
    case notErased(path: String)
    /// A file could not be removed; `code` is its `errno`.
    case notDiscarded(path: String, code: Int32)

    public var description: String {
        let anew = "remove it with `FaceStore.discard` and let the platform send the faces again"
        return switch self {
        case .database(let error): "enrolled faces: \(error)"
        case .file(let error): "enrolled faces: \(error)"
        case .keyMissing(let path): "the key \(path) of the enrolled faces is gone: restore it, or start over: \(anew)"
        case .notAKey(let path, let bytes):
            "\(path) has \(bytes) bytes and is not the key of the enrolled faces (\(FaceKey.byteCount)): \(anew)"
        case .wrongKey(let path): "the enrolled faces in \(path) are sealed under another key than this box's: \(anew)"
        case .damaged(let path, let why): "the enrolled faces in \(path) are damaged: \(why): \(anew)"
        case .notAFaceStore(let path):
            "\(path) is an SQLite database but holds no enrolled faces: check the configured folder"
        case .newerSchema(let path, let found, let supported):
            """
            the enrolled faces in \(path) have schema version \(found), this program knows versions up to \
            \(supported): install the newer program again; they are not changed
            """
        case .tooManyTemplates(let holder, let count, let limit):
            "\(holder) has \(count) face templates, \(limit) is the most: enrol this person anew"
        case .notErased(let path):
            """
            faces were removed from \(path), but another process keeps its log busy, and their sealed bytes are still \
            there: find who has the file open (fuser, lsof)
            """
        case .notDiscarded(let path, let code): "removing \(path) failed: \(SystemError.text(code))"
        }
    }
}

/// One row that was skipped.
public struct FaceRowFault: Equatable, Sendable, CustomStringConvertible {
    public enum Cause: Equatable, Sendable {
        /// A bit of it was changed, it was sealed by another box, or it stood beside another person.
        case notSealedForThisPerson
        /// Made by another face model: its numbers mean something else.
        case otherModel
        /// It opens, and what is in it is no template.
        case notATemplate
        /// It names no holder.
        case noHolder
    }

    /// The row's number in the file.
    public var row: Int64
    /// Whose face is to be asked for again; nil if the row does not say.
    public var holder: Holder?
    public var cause: Cause

    public init(row: Int64, holder: Holder?, cause: Cause) {
        self.row = row
        self.holder = holder
        self.cause = cause
    }

    /// For a log: nothing of the face, the person masked.
    public var description: String {
        let why =
            switch cause {
            case .notSealedForThisPerson: "was changed, moved to another person or sealed by another box"
            case .otherModel: "was made by another face model"
            case .notATemplate: "is sealed as it should be and holds no template"
            case .noHolder: "names nobody"
            }
        return "row \(row) of the enrolled faces (\(holder?.description ?? "unknown holder")) \(why): skipped"
    }
}

/// What reading all enrolled faces has shown.
public struct FaceStoreReport: Equatable, Sendable {
    /// Faults that are told one by one; the others are only counted.
    public static let mostFaults = 100

    /// Templates handed on.
    public var templates = 0
    /// Rows skipped.
    public var skipped = 0
    /// The first ``mostFaults`` of them.
    public var faults: [FaceRowFault] = []

    public init() {}

    mutating func skip(_ row: Int64, _ holder: Holder?, _ cause: FaceRowFault.Cause) {
        skipped += 1
        if faults.count < FaceStoreReport.mostFaults {
            faults.append(FaceRowFault(row: row, holder: holder, cause: cause))
        }
    }
}
