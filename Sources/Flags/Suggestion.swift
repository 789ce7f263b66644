/// The number of edits between two words, for "did you mean": insertions, deletions, replacements, and swaps of two
/// neighbours (the "optimal string alignment" form of the Damerau-Levenshtein distance).
package func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    // Row i holds the distances from the first i letters of `a` to every beginning of `b`.
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, beforeLast[j - 1] + 1)
            }
            row.append(best)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}

/// The candidate that `word` was probably meant to be, or nil where none is close.
///
/// One edit is forgiven for every three letters, and a candidate that `word` begins is close whatever its length.
/// The nearest one wins; of equally near ones, one with the same first letter, and of those the first.
func nearest(to word: String, among candidates: [String]) -> String? {
    let word = word.lowercased()
    guard word.utf8.count <= 64 else { return nil }  // Not a slip of the fingers, and slow to compare.
    var best: (candidate: String, rank: (Int, Int))?
    for candidate in candidates {
        let distance = editDistance(word, candidate)
        let rank = (distance, candidate.first == word.first ? 0 : 1)
        let isClose = distance <= max(word.count, candidate.count) / 3
        let isBeginning = word.count >= 2 && candidate.hasPrefix(word)
        guard isClose || isBeginning, rank < best?.rank ?? (.max, 0) else { continue }
        best = (candidate, rank)
    }
    return best?.candidate
}
