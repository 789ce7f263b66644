internal import Glibc
import Threads
import Words
import Workflows

/// When progress is shown.
enum ProgressMode: String, CaseIterable, Sendable {
    /// On a terminal, once the work has taken a second.
    case auto
    case always, never
}

/// A line on standard error that says how far the work is. It is drawn over itself, and erased at the end.
final class ProgressLine: Sendable {
    private let mode: ProgressMode
    private let state = Lock(State.idle)

    private enum State {
        case idle
        case reading(ProgressBar)
        case computing(Notice?)
    }

    init(_ mode: ProgressMode) { self.mode = mode == .auto && !canDraw ? .never : mode }

    func hear(_ progress: Run.Progress) {
        guard mode != .never else { return }
        state.withLock { state in
            switch progress {
            case .reading(let bytes, let fromPipe):
                // Who writes to the pipe may be showing its own.
                if !(fromPipe && mode == .auto) {
                    state = .reading(ProgressBar(total: bytes, delay: mode == .always ? .zero : .seconds(1)))
                }
            case .advanced(let bytes):
                guard case .reading(var bar) = state else { return }
                bar.advance(bytes: bytes)
                state = .reading(bar)
            case .computing(let words):
                // Work goes on without a notice where the system refuses a thread for it.
                state = .computing(try? Notice(words))
            case .ended:
                switch state {
                case .reading(let bar) where bar.isDrawn: erase()
                case .computing(let notice?): if notice.end() { erase() }
                default: break
                }
                state = .idle
            }
        }
    }
}

/// Words that are drawn when work has taken a second.
private struct Notice {
    private let isOver = Future<Void>()
    private let isDrawn = Future<Bool>()
    private let thread: SystemThread

    init(_ words: String) throws(ThreadRefused) {
        thread = try SystemThread("notice") { [isOver, isDrawn] in
            let takesLong = isOver.wait(seconds: 1) == nil
            if takesLong { draw(words) }
            isDrawn.fulfil(takesLong)
        }
    }

    /// - Returns: whether the words were drawn.
    func end() -> Bool {
        isOver.fulfil(())
        thread.join()
        return isDrawn.wait()
    }
}

/// How much of some bytes is done, and since when.
struct ProgressBar: Sendable {
    private let delay: Duration
    private let total: Int?
    private let start = ContinuousClock.now
    private var done = 0
    private var lastDrawn: ContinuousClock.Instant?

    /// - Parameters:
    ///   - total: how many bytes there are, if that is known.
    ///   - delay: nothing is drawn before.
    init(total: Int?, delay: Duration) {
        self.total = total
        self.delay = delay
    }

    var isDrawn: Bool { lastDrawn != nil }

    mutating func advance(bytes: Int) {
        done += bytes
        let now = ContinuousClock.now
        guard now - start >= delay, lastDrawn.map({ now - $0 >= .milliseconds(100) }) ?? true else { return }
        lastDrawn = now
        draw(Self.line(done: done, of: total, seconds: (now - start) / .seconds(1), width: terminalWidth()))
    }

    /// `[=====>      ]  42 %  310 MB/s  12 s left`, or what of it is known and fits.
    static func line(done: Int, of total: Int?, seconds: Double, width: Int) -> String {
        let rate = Double(done) / max(seconds, 1e-3)
        guard let total, total > 0 else { return "\(bytes(Double(done)))  \(bytes(rate))/s" }
        let share = min(Double(done) / Double(total), 1)
        let percent = "\(Int(clamping: share * 100))"
        let numbers = String(repeating: " ", count: 3 - percent.count) + percent + " %  \(bytes(rate))/s"
        let left = rate > 0 ? "  \(time(Double(max(total - done, 0)) / rate)) left" : ""
        let room = min(40, width - 40)
        guard room >= 10 else { return numbers + left }
        let filled = Int(clamping: share * Double(room))
        let bar = String(repeating: "=", count: filled) + (filled < room ? ">" : "")
        return "[" + bar + String(repeating: " ", count: room - bar.count) + "]  " + numbers + left
    }

    private static func bytes(_ count: Double) -> String {
        for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where count >= size {
            let tenths = Int(clamping: count / size * 10)
            return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
        }
        return "\(Int(clamping: count)) B"
    }

    private static func time(_ seconds: Double) -> String {
        guard seconds < 1e6 else { return "days" }
        let seconds = Int(seconds.rounded(.up))
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }
}

/// Whether a line on standard error can be drawn over.
private var canDraw: Bool {
    isatty(STDERR_FILENO) == 1 && environment("TERM") ?? "dumb" != "dumb"
}

private func terminalWidth() -> Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}

private func draw(_ line: String) {
    Console.write("\r\(line)\u{1B}[K")
}

private func erase() {
    Console.write("\r\u{1B}[K")
}
