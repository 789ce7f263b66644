import Synchronization
import Testing

@testable import Threads

@Suite("Parts of work, side by side")
struct ConcurrentlyTests {
    @Test func everyPartRunsOnceAndInItsPlace() {
        for count in [0, 1, 2, 7, 100] {
            #expect(concurrently(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
        }
    }

    @Test func numbersAreHandedOutOnceEach() {
        let countdown = Countdown(1000)
        let taken = concurrently(4) { _ in
            var numbers: [Int] = []
            while let number = countdown.take() { numbers.append(number) }
            return numbers
        }
        #expect(taken.flatMap(\.self).sorted() == Array(0..<1000))
        #expect(countdown.take() == nil)
    }
}

@Suite("Queues between threads")
struct ChannelTests {
    @Test(arguments: [1, 2, 5, Int.max])
    func elementsComeOutInTheirOrder(capacity: Int) {
        let channel = Channel<Int>(capacity: capacity)
        onThread("sender") {
            for number in 0..<2000 { channel.send(number) }
            channel.close()
        }
        var found: [Int] = []
        while let number = channel.receive() { found.append(number) }
        #expect(found == Array(0..<2000))
    }

    @Test func severalSendersAndReceiversLoseNothing() {
        let channel = Channel<Int>(capacity: 3, bytes: 20)
        let left = Mutex(4)
        for sender in 0..<4 {
            onThread("sender") {
                for number in 0..<500 { channel.send(sender * 500 + number, bytes: number % 11) }
                if left.withLock({
                    $0 -= 1
                    return $0 == 0
                }) {
                    channel.close()
                }
            }
        }
        let receivers = (0..<3).map { _ in
            let found = Promise<[Int]>()
            onThread("receiver") {
                var numbers: [Int] = []
                while let number = channel.receive() { numbers.append(number) }
                found.fulfil(numbers)
            }
            return found
        }
        #expect(receivers.flatMap { $0.wait() }.sorted() == Array(0..<2000))
    }

    /// What is larger than all that may wait still passes, alone.
    @Test func bytesAreBounded() {
        let channel = Channel<Int>(bytes: 100)
        // Both fit: nobody has to receive for these to return.
        channel.send(60, bytes: 60)
        channel.send(40, bytes: 40)
        let sizes = [1, 500, 99, 100]
        let sent = sizes.map { size in
            let sent = Promise<Bool>()
            onThread("sender") { sent.fulfil(channel.send(size, bytes: size)) }
            return sent
        }
        let found = (0..<6).map { _ in channel.receive()! }
        #expect(found[..<2] == [60, 40])
        #expect(found[2...].sorted() == sizes.sorted())
        #expect(sent.allSatisfy { $0.wait() })
    }

    @Test func aClosedChannelTakesNothingAndGivesWhatItHas() {
        let channel = Channel<String>(capacity: 2)
        #expect(channel.send("a"))
        channel.close()
        #expect(!channel.send("b"))
        #expect(channel.receive() == "a")
        #expect(channel.receive() == nil)
    }

    @Test func aWaitingSenderIsFreedByClosing() {
        let channel = Channel<Int>(capacity: 1)
        channel.send(1)
        let sent = Promise<Bool>()
        onThread("sender") { sent.fulfil(channel.send(2)) }
        channel.close()
        #expect(!sent.wait())
    }

    @Test func workersFinishWhatTheyWereGiven() {
        let workers = Workers(threads: 3)
        let promises = (0..<200).map { number in workers.run { number * 2 } }
        workers.close()
        #expect(promises.map { $0.wait() } == (0..<200).map { $0 * 2 })
        // A second look at the same value.
        #expect(promises[7].wait() == 14)
    }

    @Test func thereAreThreads() { #expect(canHaveThreads()) }
}
