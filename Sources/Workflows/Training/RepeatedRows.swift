internal import Preprocessing

/// Notices rows that were counted already: a file that is merged twice, by itself or within others.
struct RepeatedRows {
    /// The input that each source came with, and each input as a whole.
    private var first: [RowsFingerprint: String] = [:]

    mutating func warn(of sources: [SourcedMoments.Source], in path: String, _ run: Run) {
        let sources = sources.filter { $0.samples > 0 }
        let whole = sources.reduce(into: RowsFingerprint()) { $0 += $1.fingerprint }
        let known = first[whole]
        var repeated: [(SourcedMoments.Source, in: String)] = []
        for source in sources {
            if let other = first[source.fingerprint] { repeated.append((source, other)) }
            first[source.fingerprint] = first[source.fingerprint] ?? path
        }
        let name = displayName(path)
        if let other = known {
            run.warn(
                other == path
                    ? "\(name): is given more than once, so its rows count twice"
                    : "\(name): its rows are in \(displayName(other)) already, so they count twice")
        } else if let (source, other) = repeated.first {
            let more = repeated.count > 1 ? " and of \(repeated.count - 1) more of its sources" : ""
            run.warn(
                "\(name): the rows of \(source.name)\(more) are in \(displayName(other)) already, so they count twice")
        }
        if !sources.isEmpty { first[whole] = first[whole] ?? path }
    }
}
