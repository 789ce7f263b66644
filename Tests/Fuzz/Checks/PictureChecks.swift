import Datasets

/// Archives of pictures: the same rows, or the same error, in any pieces, and from a pipe too.
func checkTar(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    var options = InputOptions()
    options.format = .pictures
    var pictures = PictureOptions()
    (pictures.resize, pictures.isGrey) = (.stretch(PictureSize(width: 3, height: 2)), true)
    for skips in [false, true] {
        (options.pictures, options.skipsBroken) = (pictures, skips)
        try checkPieces(input, options, [1, 600])
    }
}

/// Archives of arrays: the same rows, or an error, in any pieces. A pipe is read by other headers than a file, and may
/// differ where they do.
func checkZip(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    var options = InputOptions()
    (options.format, options.allowsVectors) = (.npz, true)
    for array in [nil, "a"] {
        options.array = array
        for kind in [InputFile.Kind.file, .pipe] {
            let whole = reading(input, as: kind, options)
            let parts = reading(input, as: kind, options, pieceSize: 3)
            // What is wrong shows earlier in small pieces; that something is does not depend on them.
            try expect((parts.problem == nil) == (whole.problem == nil), "in pieces: \(parts)\nwhole: \(whole)")
            if whole.problem == nil { try expect(parts == whole, "in pieces: \(parts)\nwhole: \(whole)") }
        }
    }
}

/// One picture: as grey it is the grey of its colours, and of the size that its header tells.
func checkPicture(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    var options = InputOptions()
    (options.format, options.channelsLast) = (.pictures, true)
    guard let shape = shape(input, options), shape.reduce(1, *) <= 3 << 16 else { return }
    options.pictures = PictureOptions()
    let colours = reading(input, options)
    options.pictures?.isGrey = true
    let grey = reading(input, as: .pipe, options)
    try expect((colours.problem == nil) == (grey.problem == nil), "colours: \(colours.problem as Any), grey: \(grey)")
    guard colours.problem == nil else { return }
    try expect(colours.values.count == shape.reduce(1, *), "\(colours.values.count) values of \(shape)")
    for i in 0..<colours.values.count / 3 {
        let sum = 19595 * colours.values[3 * i] + 38470 * colours.values[3 * i + 1] + 7471 * colours.values[3 * i + 2]
        try expect(grey.values[i] == (sum + 0x8000) >> 16, "pixel \(i): \(grey.values[i]) of \(colours.values[3 * i])")
    }
}

/// What the header promises.
private func shape(_ input: [UInt8], _ options: InputOptions) -> [Int]? {
    let file = InputFile(input)
    return try? RowReader(path: file.path, options: options).description.shape
}
