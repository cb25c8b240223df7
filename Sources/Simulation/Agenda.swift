/// What is to happen in a simulated world, by virtual time and, at the same instant, in the order of its planning.
struct Agenda {
    private struct Item {
        var at: Int64
        var number: Int64
        var work: () -> Void
        func isBefore(_ other: Item) -> Bool { at != other.at ? at < other.at : number < other.number }
    }

    private var heap: [Item] = []
    private var planned: Int64 = 0

    var isEmpty: Bool { heap.isEmpty }
    /// When the next thing happens.
    var next: Int64? { heap.first?.at }

    mutating func add(at: Int64, _ work: @escaping () -> Void) {
        planned += 1
        heap.append(Item(at: at, number: planned, work: work))
        var index = heap.count - 1
        while index > 0, case let parent = (index - 1) / 2, heap[index].isBefore(heap[parent]) {
            heap.swapAt(index, parent)
            index = parent
        }
    }

    mutating func takeFirst() -> (at: Int64, work: () -> Void)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.work)
    }

    mutating func removeAll() { heap = [] }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
