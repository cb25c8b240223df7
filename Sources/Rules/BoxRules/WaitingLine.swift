/// First in, first out, without moving the rest at each step.
struct WaitingLine<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var start = 0

    var count: Int { elements.count - start }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[start] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func takeFirst() -> Element? {
        guard let first else { return nil }
        start += 1
        if start == elements.count || start >= 1_024 {
            elements.removeFirst(start)
            start = 0
        }
        return first
    }
}
