/// What came from a camera that is listened to, rather than one that pushes.
public enum CameraSignal: Equatable, Sendable {
    /// The camera is alive and says nothing about a plate: a heartbeat, or an event of another kind.
    case alive
    case read(PlateRead)
    /// A message that was refused; nothing opens and nothing is charged by it, and it is no sign of life.
    case refused(PlateCameraError)

    init(_ result: Result<PlateRead, PlateCameraError>) {
        switch result {
        case .success(let read): self = .read(read)
        case .failure(.notAPlateEvent): self = .alive
        case .failure(let error): self = .refused(error)
        }
    }
}
