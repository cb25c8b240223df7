extension Notice.HoldReason {
    /// Why a car is held, in the built-in words, for a page.
    public var chinese: String { words(.chinese) }
    public var english: String { words(.english) }

    private func words(_ language: SignTexts.Language) -> String {
        guard let pair = SignTexts.builtIn.reasons[self] else { return rawValue }
        return pair[language].compactMap { $0.filled { _ in nil } }.joined(separator: " ")
    }
}
