import Host
import Testing
import Vocabulary

@Suite("bounded queue")
struct BoundedQueueTests {
    @Test("a queue takes as many elements as it may and refuses the next", arguments: [1, 2, 1000])
    func bound(capacity: Int) {
        let queue = BoundedQueue<Int>(capacity: capacity)
        for element in 0..<capacity { #expect(queue.offer(element)) }
        #expect(!queue.offer(capacity))
        #expect(queue.count == capacity)
        #expect(queue.take(until: nil) == Array(0..<capacity))
        #expect(queue.offer(7))
        #expect(queue.takeAvailable() == [7])
    }

    @Test("the deadline ends the wait with nothing, not before it", arguments: [-5, 0, 30])
    func deadline(milliseconds: Int64) {
        let queue = BoundedQueue<Int>(capacity: 1)
        let deadline = BootClock.now() + .milliseconds(milliseconds)
        #expect(queue.take(until: deadline).isEmpty)
        #expect(BootClock.now() >= deadline)
    }

    @Test("what several threads offer arrives once, each thread's in its own order")
    func producers() throws {
        let queue = BoundedQueue<(producer: Int, number: Int)>(capacity: 64)
        let each = 20_000
        let producers = try (0..<4).map { producer in
            try HostThread(name: "producer \(producer)") {
                for number in 0..<each {
                    while !queue.offer((producer, number)) {}
                }
            }
        }
        var next = [0, 0, 0, 0]
        while next.reduce(0, +) < 4 * each {
            let batch = queue.take(until: nil)
            #expect(!batch.isEmpty && batch.count <= queue.capacity)
            for element in batch {
                guard element.number == next[element.producer] else {
                    Issue.record("producer \(element.producer): \(element.number) came, not \(next[element.producer])")
                    return
                }
                next[element.producer] += 1
            }
        }
        for producer in producers { producer.join() }
        #expect(queue.takeAvailable().isEmpty)
    }

    @Test("an offer wakes a consumer that already waits")
    func wakes() throws {
        let there = BoundedQueue<Int>(capacity: 1)
        let back = BoundedQueue<Int>(capacity: 1)
        let consumer = try HostThread(name: "consumer") {
            while let element = there.take(until: nil).first { back.offer(element + 1) }
        }
        for round in 0..<2000 {
            there.offer(round)
            #expect(back.take(until: BootClock.now() + .seconds(10)) == [round + 1])
        }
        there.close()
        consumer.join()
    }

    @Test("a closed queue still gives what it accepted, then ends the wait of its consumer")
    func close() throws {
        let queue = BoundedQueue<Int>(capacity: 4)
        queue.offer(1)
        queue.close()
        #expect(!queue.offer(2))
        #expect(queue.isClosed)
        #expect(queue.take(until: nil) == [1])
        #expect(queue.take(until: nil).isEmpty)

        let waiting = BoundedQueue<Int>(capacity: 4)
        let consumer = try HostThread(name: "consumer") { #expect(waiting.take(until: nil).isEmpty) }
        waiting.close()
        #expect(consumer.join(within: .seconds(10)))
    }
}
