import Testing

@testable import Threads

@Suite("Parts of work, side by side")
struct ConcurrentlyTests {
    @Test("every part runs once and in its place", arguments: [0, 1, 2, 3, 7])
    func everyPart(threads: Int) throws {
        let using = threads > 0 ? try ThreadPool.start(threads: threads) : nil
        defer { using?.end() }
        for count in [0, 1, 2, 7, 100] {
            #expect(concurrently(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
            // Parts that have parts themselves.
            let nested = concurrently(count) { part in concurrently(3) { part + $0 }.reduce(0, +) }
            #expect(nested == (0..<count).map { 3 * $0 + 3 })
        }
    }

    @Test("numbers are handed out once each")
    func countdown() throws {
        let using = try ThreadPool.start(threads: 4)
        defer { using.end() }
        let countdown = Countdown(1000)
        let taken = concurrently(4) { _ in
            var numbers: [Int] = []
            while let number = countdown.take() { numbers.append(number) }
            return numbers
        }
        #expect(taken.flatMap(\.self).sorted() == Array(0..<1000))
        #expect(countdown.take() == nil)
    }

    @Test("parts come before jobs, and the caller does those that no thread has taken")
    func busyWorkers() throws {
        let using = try ThreadPool.start(threads: 2)
        defer { using.end() }
        let gate = Future<Void>()
        let jobs = (0..<20).map { number in
            using.pool.run {
                gate.wait()
                return number
            }
        }
        // Both workers are held up.
        #expect(concurrently(50) { $0 } == Array(0..<50))
        gate.fulfil(())
        #expect(jobs.map { $0.wait() } == Array(0..<20))
    }

    @Test("jobs that were given are done before the threads end; later ones are dropped")
    func end() throws {
        let using = try ThreadPool.start(threads: 3)
        let pool = using.pool
        let jobs = (0..<200).map { number in pool.run { number * 2 } }
        using.end()
        #expect(jobs.map { $0.wait(seconds: 0) } == (0..<200).map { $0 * 2 })
        #expect(pool.run { 1 }.wait(seconds: 0) == nil)
    }

    @Test("pools of several threads of the program do not mix")
    func severalPools() throws {
        let results = try (1...5).map { threads in
            let result = Future<[Int]>()
            let thread = try SystemThread("caller") {
                guard let using = try? ThreadPool.start(threads: threads) else { return result.fulfil([]) }
                defer { using.end() }
                var counts: [Int] = []
                for _ in 0..<200 { counts += concurrently(8) { _ in 1 } + [computingThreads] }
                result.fulfil(counts)
            }
            return (threads, thread, result)
        }
        for (threads, thread, result) in results {
            thread.join()
            #expect(result.wait(seconds: 0) == (0..<200).flatMap { _ in [1, 1, 1, 1, 1, 1, 1, 1, threads] })
        }
    }

    @Test("the system's threads can be counted on before a library starts them")
    func checkedThreads() throws {
        try checkThreads(0, for: "none")
        try checkThreads(20, for: "some")
    }

    @Test("a value that does not come in time is nil")
    func timeout() {
        let future = Future<Int>()
        #expect(future.wait(seconds: 0.01) == nil)
        future.fulfil(3)
        #expect(future.wait(seconds: 100) == 3)
        // A second look at the same value.
        #expect(future.wait() == 3)
    }
}

@Suite("Queues between threads")
struct ChannelTests {
    @Test(arguments: [1, 2, 5, Int.max])
    func elementsComeOutInTheirOrder(capacity: Int) throws {
        let channel = Channel<Int>(capacity: capacity)
        let sender = try SystemThread("sender") {
            for number in 0..<2000 { channel.send(number) }
            channel.close()
        }
        defer { sender.join() }
        var found: [Int] = []
        while let number = channel.receive() { found.append(number) }
        #expect(found == Array(0..<2000))
    }

    @Test func severalSendersAndReceiversLoseNothing() throws {
        let channel = Channel<Int>(capacity: 3, bytes: 20)
        let left = Lock(4)
        let senders = try (0..<4).map { sender in
            try SystemThread("sender") {
                for number in 0..<500 { channel.send(sender * 500 + number, bytes: number % 11) }
                if left.withLock({
                    $0 -= 1
                    return $0 == 0
                }) {
                    channel.close()
                }
            }
        }
        let receivers = try (0..<3).map { _ in
            let found = Future<[Int]>()
            let thread = try SystemThread("receiver") {
                var numbers: [Int] = []
                while let number = channel.receive() { numbers.append(number) }
                found.fulfil(numbers)
            }
            return (thread, found)
        }
        #expect(receivers.flatMap { $1.wait() }.sorted() == Array(0..<2000))
        for thread in senders + receivers.map(\.0) { thread.join() }
    }

    /// What is larger than all that may wait still passes, alone.
    @Test func bytesAreBounded() throws {
        let channel = Channel<Int>(bytes: 100)
        // Both fit: nobody has to receive for these to return.
        channel.send(60, bytes: 60)
        channel.send(40, bytes: 40)
        let sizes = [1, 500, 99, 100]
        let sent = try sizes.map { size in
            let sent = Future<Bool>()
            try SystemThread("sender") { sent.fulfil(channel.send(size, bytes: size)) }.detach()
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

    @Test func aWaitingSenderIsFreedByClosing() throws {
        let channel = Channel<Int>(capacity: 1)
        channel.send(1)
        let sent = Future<Bool>()
        try SystemThread("sender") { sent.fulfil(channel.send(2)) }.detach()
        channel.close()
        #expect(!sent.wait())
    }
}
