internal import Glibc

/// What `body` makes of each part 0..<count. Each part has a thread of its own, but for the first, which runs here.
///
/// For work that is cut into as many parts as there are cores; not for work that waits.
package func concurrently<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    guard count > 1 else { return (0..<count).map(body) }
    return withoutActuallyEscaping(body) { body in
        let others = (1..<count).map { Part(number: $0, body: body) }
        let threads = others.map { $0.start() }
        let first = body(0)
        return [first] + zip(others, threads).map { $0.result(from: $1) }
    }
}

/// One part: written by its thread until that is joined, read only then.
private final class Part<Result> {
    private let number: Int
    private let body: (Int) -> Result
    private var result: Result?

    init(number: Int, body: @escaping (Int) -> Result) {
        self.number = number
        self.body = body
    }

    func run() { result = body(number) }

    /// - Returns: nil where the system gives no more threads; the part has run here then.
    func start() -> pthread_t? {
        var thread = pthread_t()
        // C carries the closure as a bare pointer; the reference is kept alive until the thread is joined.
        let erased = Erased { self.run() }
        let box = unsafe Unmanaged.passRetained(erased)
        let status = unsafe pthread_create(
            &thread, nil,
            { pointer in
                unsafe Unmanaged<Erased>.fromOpaque(pointer!).takeRetainedValue().run()
                return nil
            }, unsafe box.toOpaque())
        if status == 0 { return thread }
        unsafe box.takeRetainedValue().run()
        return nil
    }

    func result(from thread: pthread_t?) -> Result {
        if let thread { pthread_join(thread, nil) }
        return result!
    }
}

private final class Erased {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}
