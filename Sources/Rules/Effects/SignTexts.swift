internal import Vocabulary

/// The words of a site's signs: for each step a few lines in Chinese and in English, with placeholders.
public struct SignTexts: Equatable, Sendable {
    /// The languages of every sign, by their names in files.
    public enum Language: String, CaseIterable, Sendable {
        case chinese = "zh"
        case english = "en"
    }

    /// One text in both languages.
    struct Pair: Equatable, Sendable {
        var chinese: [SignLine]
        var english: [SignLine]

        subscript(_ language: Language) -> [SignLine] { language == .chinese ? chinese : english }
    }

    /// The most lines of one text.
    public static let mostLines = 6

    var steps: [Notice.Step: Pair]
    var reasons: [Notice.HoldReason: Pair]
    /// What stands on a sign while nobody is at the lane.
    var idle: Pair

    /// The lines of a notice, in the order to show them, without those whose value the notice lacks.
    ///
    /// - Parameter hidesPlate: the plate's middle is hidden, for a page that others than the driver can open.
    public func lines(_ notice: Notice, _ language: Language, hidesPlate: Bool = false) -> [String] {
        let values = notice.values
        let pair = steps[notice.step] ?? SignTexts.builtIn.steps[notice.step]!
        return pair[language].compactMap { line in
            line.filled { placeholder in
                if hidesPlate, placeholder == .plate { return values.plate?.masked }
                return value(of: placeholder, in: values, language)
            }
        }
    }

    /// The lines of a notice as one text, for a page.
    public func text(_ notice: Notice, _ language: Language) -> String {
        lines(notice, language).joined(separator: " ")
    }

    /// Why a car is held, as one text, for a page.
    public func text(_ reason: Notice.HoldReason, _ language: Language) -> String {
        (reasons[reason] ?? SignTexts.builtIn.reasons[reason]!)[language].compactMap { $0.filled { _ in nil } }
            .joined(separator: " ")
    }

    /// What stands on a sign while nobody is at the lane.
    public func idleLines(_ language: Language) -> [String] { idle[language].compactMap { $0.filled { _ in nil } } }

    private func value(of placeholder: Notice.Placeholder, in values: Notice.Values, _ language: Language) -> String? {
        switch placeholder {
        case .plate: values.plate?.text
        case .amount: values.amount?.description
        case .days: values.days.map { "\($0)" }
        case .coupon: language == .chinese ? values.coupon?.chinese : values.coupon?.english
        case .reason:
            values.reason.map { text($0, language) }
        }
    }
}

extension Notice {
    /// The built-in words, for a page.
    public var chinese: String { SignTexts.builtIn.text(self, .chinese) }
    public var english: String { SignTexts.builtIn.text(self, .english) }
}
