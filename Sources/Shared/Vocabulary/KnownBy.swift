/// By what a person is known at a canteen.
public enum KnownBy: String, CaseIterable, Hashable, Sendable {
    case face, card, code
}
