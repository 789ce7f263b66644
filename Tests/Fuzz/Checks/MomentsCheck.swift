import Datasets
import Preprocessing

/// Moments that can be read can be fitted, merged, and written and read again to the same bytes.
func checkMoments(_ input: [UInt8]) throws(Finding) {
    let bytes = withRightChecksum(input)
    guard let shard = read(bytes, .kept) else { return }
    guard shard.input.features <= 64 else { return }
    try expect(read(bytes, .left)?.moments.count == shard.moments.count, "another count without products")
    try expect(!input.isEmpty && MomentsFile.isLikely(bytes), "read, and not taken for a moments file")

    var recipe = Recipe()
    recipe.perSample = shard.moments.step.perSample
    recipe.divideBy = shard.moments.step.divideBy
    for components in [nil, Recipe.ComponentCount.all] {
        recipe.components = components
        guard let fitted = try? recipe.fit(shard.moments, input: shard.input, sources: []).0 else { continue }
        let numbers = fitted.subtract + fitted.divide + (fitted.principal?.explainedVariance ?? [])
        try expect(numbers.allSatisfy(\.isFinite), "a fit that is not finite: \(numbers)")
    }
    guard shard.moments.overflow == nil, let once = written(shard), let again = read(once, .kept) else {
        throw Finding(words: "what was read cannot be written and read again")
    }
    try expect(written(again) == once, "written again, it has other bytes")
    guard !shard.moments.hasTooManyRows(with: again.moments.count) else { return }
    var twice = shard
    twice.merge(again)
    try expect(twice.moments.count == 2 * shard.moments.count, "merged with itself: \(twice.moments.count) rows")
}

private func read(_ bytes: [UInt8], _ products: MomentsFile.Products) -> SourcedMoments? {
    let file = InputFile(bytes)
    guard let source = try? ByteSource(path: file.path) else { return nil }
    return try? MomentsFile.read(source, products).moments
}

private func written(_ shard: SourcedMoments) -> [UInt8]? {
    let file = InputFile([])
    do {
        let sink = try ByteSink(path: file.path)
        try MomentsFile.write(shard, by: "fuzz", to: sink)
        try sink.finish()
        var source = try ByteSource(path: file.path)
        return try source.readAll()
    } catch {
        return nil
    }
}

/// The same bytes with a checksum that is right, which hardly any made-up bytes have.
private func withRightChecksum(_ input: [UInt8]) -> [UInt8] {
    let key = Array("\"checksum\":\"".utf8)
    var bytes = input
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: key) }) else { return bytes }
    let digits = start + key.count..<start + key.count + 8
    guard digits.upperBound <= bytes.count else { return bytes }
    bytes.replaceSubrange(digits, with: Array("00000000".utf8))
    var sum = CRC32()
    sum.add(bytes.span)
    let text = String(sum.value, radix: 16)
    bytes.replaceSubrange(digits, with: Array((String(repeating: "0", count: 8 - text.count) + text).utf8))
    return bytes
}
