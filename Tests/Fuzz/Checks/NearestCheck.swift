import Datasets
import Preprocessing
import Workflows

/// Nearest rows that can be read name training rows that there are; they can be merged, and written and read again.
func checkNearest(_ input: [UInt8]) throws(Finding) {
    guard let nearest = try? NearestFile.read(input, name: "input") else { return }
    let files = FileRows(nearest.training)
    for row in 0..<nearest.basis.rows {
        for number in [nearest.nearest(to: row), nearest.equal[row]].compactMap(\.self) where number >= 0 {
            let place = files.place(of: number)
            try expect(place.row >= 1, "\(number) is \(place)")
        }
    }
    let again = try? NearestFile.read(written(nearest), name: "written")
    try expect(again == nearest, "read: \(nearest)\nread again: \(again as Any)")
    var twice = nearest
    // Their rows may be more than can be counted.
    if twice.merge(nearest) { try expect(twice.samples == 2 * nearest.samples, "merged: \(twice.samples) rows") }
}

private func written(_ nearest: NearestRows) throws(DatasetError) -> [UInt8] {
    let file = InputFile([])
    let sink = try ByteSink(path: file.path)
    try NearestFile.write(nearest, by: "fuzz", to: sink)
    try sink.finish()
    var source = try ByteSource(path: file.path)
    return try source.readAll()
}
