internal import Words

/// A spectrum as a bar chart of text: for each component, or for groups of them that double in size where there are
/// many, the share of the variance up to and including it, and a bar of its own share that starts where the last ended.
///
///     1   72.8 % ██████████████▌
///     2   95.6 % ░░░░░░░░░░░░░░█████▏
///     3  100.0 % ░░░░░░░░░░░░░░░░░░░█
///
/// No line is longer than `width`, if that is 32 or more. Without `unicode` bars are of "#" and ".".
///
/// - Precondition: variances are finite and not negative; `total` is the variance of the data.
package func spectrumBars(_ variances: [Double], total: Double, width: Int, unicode: Bool) -> [String] {
    let shares = cumulatedShares(variances, total: total)
    let groups = spectrumGroups(variances.count)
    let names = groups.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let nameWidth = names.map(\.count).max() ?? 0
    let cells = max(8, width - nameWidth - 10)
    return zip(groups, names).map { group, name in
        let before = group.lowerBound == 1 ? 0 : shares[group.lowerBound - 2]
        let after = shares[group.upperBound - 1]
        let percent = TickValue(after * 100, decimals: 1).plain
        return name + blank(nameWidth - name.count) + blank(7 - percent.count) + percent + " %"
            + bar(from: before, to: after, cells: cells, unicode: unicode)
    }
}

/// Components from 1 to `count`: one by one if there are at most 12, else 1, 2, 3-4, 5-8 and so on.
private func spectrumGroups(_ count: Int) -> [ClosedRange<Int>] {
    guard count > 12 else { return (0..<count).map { $0 + 1...$0 + 1 } }
    var groups = [1...1]
    while let last = groups.last?.upperBound, last < count { groups.append(last + 1...min(2 * last, count)) }
    return groups
}

private func blank(_ count: Int) -> String { String(repeating: " ", count: count) }

/// A bar between two shares of `cells`, after a space. It starts at a whole cell; with `unicode` it ends at an
/// eighth of one.
private func bar(from before: Double, to after: Double, cells: Int, unicode: Bool) -> String {
    let steps = unicode ? 8 : 1
    let end = min(Int(clamping: (after * Double(cells * steps)).rounded()), cells * steps)
    let start = min(Int(clamping: before * Double(cells)), end / steps)
    let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return (end > 0 ? " " : "") + String(repeating: unicode ? "░" : ".", count: start)
        + String(repeating: unicode ? "█" : "#", count: end / steps - start)
        + (unicode ? eighths[end % steps] : "")
}
