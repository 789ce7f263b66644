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
    try checkBytes(transform)
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

private func written(_ transform: FittedTransform) throws(DatasetError) -> [UInt8] {
    let file = InputFile([])
    let sink = try ByteSink(path: file.path)
    try StatisticsFile.write(transform, by: "fuzz", to: sink)
    try sink.finish()
    var source = try ByteSource(path: file.path)
    return try source.readAll()
}
