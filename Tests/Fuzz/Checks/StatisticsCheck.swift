import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

/// Statistics that can be read can be used, there and back, and written and read again to the same.
func checkStatistics(_ input: [UInt8]) throws(Finding) {
    guard let transform = try? StatisticsFile.read(input, name: "input") else { return }
    guard transform.input.features <= 256 else { return }
    let again = try? StatisticsFile.read(written(transform), name: "written")
    try expect(again == transform, "read: \(transform)\nread again: \(again as Any)")
    let features = transform.input.features
    let rows = RowBlock(
        count: 3, features: features,
        values: .doubles((0..<3 * features).map { Double($0 % 7) - 3 }))
    try checkBytes(transform)
    try checkRendering(transform)
    for scalar in [WorkingScalar.float32, .float64] {
        for components in [nil, transform.principal.map { _ in 1 }] {
            let map = transform.forward(components: components)
            let forward = RowTransform(map, after: transform.recipe.step, scalar: scalar).apply(rows)
            try expect(forward.features == transform.outputs(components: components), "another width than announced")
            let inverse = transform.inverse(width: forward.features)
            let back = RowTransform(inverse, after: RowStep(.none, divideBy: 1), scalar: scalar).apply(forward)
            try expect(back.features == features && back.count == 3, "another width after the way back")
        }
    }
}

/// Bytes have a way of their own.
private func checkBytes(_ transform: FittedTransform) throws(Finding) {
    let map = transform.forward()
    let rows = RowBlock(
        count: 3, features: map.inputs, values: .bytes((0..<3 * map.inputs).map { UInt8($0 % 256) }))
    let forward = RowTransform(map, after: transform.recipe.step, scalar: .float32).apply(rows)
    try expect(forward.features == map.outputs && forward.count == 3, "another shape than announced, of bytes")
}

/// All that statistics are shown and exported as.
private func checkRendering(_ transform: FittedTransform) throws(Finding) {
    for target in ExportTarget.allCases {
        if let text = try? transform.exported(to: target, name: "input", by: "fuzz") {
            try expect(!text.contains("nan") && !text.contains("inf,"), "exported: \(text)")
        }
    }
    for rows in ONNXModel.Rows.allCases {
        guard let model = try? transform.model(rows: rows, name: "input", by: "fuzz", in: Run()) else { continue }
        try write { (sink) throws(DatasetError) in try model.write(to: sink) }
    }
    try write { (sink) throws(DatasetError) in try transform.tensors(by: "fuzz").write(to: sink) }
    _ = transform.numpyLines(reading: "input")
    _ = transform.stages
    guard let principal = transform.principal else { return }
    let (variances, total) = (principal.explainedVariance, principal.totalVariance)
    for share in principal.explainedVarianceRatio { _ = percent(share) }
    _ = percent(principal.explainedVarianceRatio.reduce(0, +))
    for width in [32, 76] { _ = spectrumBars(variances, total: total, width: width, unicode: width > 50) }
    var drawings = [
        Drawing.spectrum([SpectrumSeries(name: "input", variances: variances, total: total)], title: "input")
    ]
    if let gains = transform.noiseGains, gains.allSatisfy(\.isFinite) {
        drawings.append(.curve(gains, title: "input", yName: "noise"))
    }
    for drawing in drawings {
        try expect(!String(decoding: drawing.svg, as: UTF8.self).contains("nan"), "a drawing of no numbers")
        // Painting takes much longer than all else.
        if transform.fittedOn.samples % 8 == 0 { _ = drawing.png }
    }
}

private func write(_ body: (borrowing ByteSink) throws(DatasetError) -> Void) throws(Finding) {
    let file = InputFile([])
    do throws(DatasetError) {
        let sink = try ByteSink(path: file.path)
        try body(sink)
        try sink.finish()
    } catch {
        throw Finding(words: "not written: \(error)")
    }
}

private func written(_ transform: FittedTransform) throws(DatasetError) -> [UInt8] {
    let file = InputFile([])
    let sink = try ByteSink(path: file.path)
    try StatisticsFile.write(transform, by: "fuzz", to: sink)
    try sink.finish()
    var source = try ByteSource(path: file.path)
    return try source.readAll()
}
