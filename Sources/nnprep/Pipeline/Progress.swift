internal import Glibc
internal import Synchronization

/// When progress is shown.
enum ProgressMode: String, CaseIterable, Sendable {
    /// On a terminal, once the work has taken a second.
    case auto
    case always, never
}

/// A line on standard error that says how far the work is. It is drawn over itself, and erased at the end.
struct Progress: Sendable {
    private let delay: Duration?
    private let total: Int?
    private let start = ContinuousClock.now
    private var done = 0
    private var lastDrawn: ContinuousClock.Instant?

    /// - Parameter total: how many bytes there are, if that is known.
    init(_ mode: ProgressMode, total: Int?) {
        self.total = total
        delay = mode == .never || mode == .auto && !canDraw ? nil : mode == .always ? .zero : .seconds(1)
    }

    mutating func advance(bytes: Int) {
        done += bytes
        guard let delay else { return }
        let now = ContinuousClock.now
        guard now - start >= delay, lastDrawn.map({ now - $0 >= .milliseconds(100) }) ?? true else { return }
        lastDrawn = now
        draw(Self.line(done: done, of: total, seconds: (now - start) / .seconds(1), width: terminalWidth()))
    }

    func end() {
        if lastDrawn != nil { erase() }
    }

    /// `[=====>      ]  42 %  310 MB/s  12 s left`, or what of it is known and fits.
    static func line(done: Int, of total: Int?, seconds: Double, width: Int) -> String {
        let rate = Double(done) / max(seconds, 1e-3)
        guard let total, total > 0 else { return "\(bytes(Double(done)))  \(bytes(rate))/s" }
        let share = min(Double(done) / Double(total), 1)
        let percent = "\(Int(share * 100))"
        let numbers = String(repeating: " ", count: 3 - percent.count) + percent + " %  \(bytes(rate))/s"
        let left = rate > 0 ? "  \(time(Double(max(total - done, 0)) / rate)) left" : ""
        let room = min(40, width - 40)
        guard room >= 10 else { return numbers + left }
        let filled = Int(share * Double(room))
        let bar = String(repeating: "=", count: filled) + (filled < room ? ">" : "")
        return "[" + bar + String(repeating: " ", count: room - bar.count) + "]  " + numbers + left
    }

    private static func bytes(_ count: Double) -> String {
        for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where count >= size {
            let tenths = Int(count / size * 10)
            return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
        }
        return "\(Int(count)) B"
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

extension Progress {
    /// Says what is done during work whose progress nobody knows, once it has taken a second; then erases it.
    static func showing<Value, Failure: Error>(
        _ words: String, _ common: CommonOptions, during work: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard !common.quiet, common.progress != .never, common.progress == .always || canDraw else { return try work() }
        let notice = Notice(words)
        startThread {
            usleep(1_000_000)
            notice.show()
        }
        defer { notice.end() }
        return try work()
    }

    /// A text that is drawn unless it is no longer wanted.
    private final class Notice: Sendable {
        private enum State { case waiting, shown, over }

        private let words: String
        private let state = Mutex(State.waiting)

        init(_ words: String) { self.words = words }

        func show() {
            state.withLock { state in
                guard state == .waiting else { return }
                draw(words)
                state = .shown
            }
        }

        func end() {
            state.withLock { state in
                if state == .shown { erase() }
                state = .over
            }
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
