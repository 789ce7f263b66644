import Datasets
import LinearAlgebra
import Preprocessing

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
    try checkSideBySide(transform, rows)
    for scalar in [WorkingScalar.float32, .float64] {
        for components in [nil, transform.principal.map { _ in 1 }] {
            guard let map = try? transform.forward(components: components),
                let forward = try? RowTransform(map, after: transform.recipe.step, scalar: scalar).apply(rows)
            else { continue }
            try expect(forward.features == transform.outputs(components: components), "another width than announced")
            guard let map = try? transform.inverse(width: forward.features),
                let back = try? RowTransform(map, after: RowStep(.none, divideBy: 1), scalar: scalar).apply(forward)
            else { continue }
            try expect(back.features == features && back.count == 3, "another width after the way back")
        }
    }
}

/// The kernels of threads that work side by side, of bytes and of floats.
private func checkSideBySide(_ transform: FittedTransform, _ rows: RowBlock) throws(Finding) {
    guard let map = try? transform.forward() else { return }
    let bytes = RowBlock(
        count: rows.count, features: rows.features,
        values: .bytes((0..<rows.count * rows.features).map { UInt8($0 % 256) }))
    for (block, scalar) in [(rows, ScalarType.float64), (bytes, .uint8)] {
        let transform = RowTransform(map, after: transform.recipe.step, scalar: .float32, sideBySide: scalar)
        guard let forward = try? transform.apply(block) else { continue }
        try expect(forward.features == map.outputs && forward.count == 3, "another shape than announced, side by side")
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
