public import Datasets
internal import Words

extension MomentsFile {
    /// Which of the sums are wanted.
    public enum Products: Sendable {
        /// Those of all pairs, if the file has them.
        case kept
        /// The squares alone: a file may hold more than there is memory for.
        case left
    }

    /// Reads a moments file and checks that it is whole, and that rows can have such moments.
    /// - Parameter source: stands at its first byte.
    /// - Returns: also whether the file has sums of products, wanted or not.
    public static func read(
        _ source: consuming ByteSource, _ products: Products
    ) throws(TensorFileError) -> (moments: SourcedMoments, hasProducts: Bool) {
        let file = source.name
        var reader = try SafetensorsReader(source, format: format)
        let about: About
        do throws(JSONError) { about = try About(reader.header) } catch { throw TensorFileError(file, .header(error)) }
        guard about.version <= version else { throw TensorFileError(file, .newerVersion(about.version)) }

        let hasProducts = reader.header.tensors.contains { $0.shape.count == 2 }
        var tensors = Tensors(features: about.input.features)
        for tensor in reader.header.tensors { try tensors.read(tensor, &reader, products) }
        try reader.finish()
        let moments: Moments
        do throws(ImpossibleMoments) {
            moments =
                about.isExact
                ? Moments(try tensors.exact())
                : Moments(try tensors.floating(), of: about.input.scalar, step: about.step)
        } catch {
            throw TensorFileError(file, .tensor(error.tensor, error.words))
        }
        let rows = checkedSum(of: about.sources.map(\.samples))
        guard rows == moments.count else {
            throw TensorFileError(file, .rowsOfSources(rows ?? .max, count: moments.count))
        }
        return (SourcedMoments(moments: moments, input: about.input, sources: about.sources), hasProducts)
    }
}

/// What the metadata say.
private struct About {
    let version: Int
    let input: DatasetDescription
    let step: RowStep
    let sources: [SourcedMoments.Source]

    /// Also checks that the tensors are those that moments of such rows have.
    init(_ header: SafetensorsHeader) throws(JSONError) {
        let metadata = header.metadata
        version = try metadata.embedded("version").integer(in: 1...Int.max)
        if version > MomentsFile.version {
            // What the rest means, only a later program knows.
            input = DatasetDescription(format: .raw, shape: [1], scalar: .uint8)
            step = RowStep(.none, divideBy: 1)
            sources = []
            return
        }
        input = try DatasetDescription(metadata.embedded("input"))
        let divideBy = try metadata.embedded("divide_by").double()
        guard divideBy > 0 else { throw try metadata.require("divide_by").error("expected a number above 0") }
        step = RowStep(try metadata.require("per_sample").choice(), divideBy: divideBy)
        var sources: [SourcedMoments.Source] = []
        for source in try metadata.embedded("sources").items() {
            let digits = try source.require("rows_fingerprint")
            guard let fingerprint = RowsFingerprint(try digits.string()) else {
                throw digits.error("expected 32 hexadecimal digits")
            }
            sources.append(
                SourcedMoments.Source(
                    name: try source.require("name").string(),
                    samples: try source.require("samples").integer(in: 0...Int.max), fingerprint: fingerprint))
        }
        self.sources = sources
        try check(header.tensors)
    }

    /// Whether the sums are whole numbers.
    var isExact: Bool { input.scalar == .uint8 && step.keepsBytes }

    private func check(_ tensors: [SafetensorsHeader.Tensor]) throws(JSONError) {
        let names = tensors.map(\.name)
        let matrix = isExact ? "products" : "scatter"
        let diagonal = isExact ? "squares" : "squared_deviations"
        let second = names.contains(matrix) ? matrix : diagonal
        let needed = ["count"] + (isExact ? ["sum"] : ["mean", "mean_low"]) + ["min", "max", second]
        for name in needed where !names.contains(name) { throw JSONError(.path(name), "this tensor is missing") }
        for tensor in tensors {
            guard needed.contains(tensor.name) else {
                throw JSONError(.path(tensor.name), "expected the tensors \(needed.joined(separator: ", ")) alone")
            }
            let dtype = isExact || tensor.name == "count" ? "I64" : "F64"
            let features = input.features
            let shape = tensor.name == "count" ? [1] : tensor.name == matrix ? [features, features] : [features]
            guard tensor.dtype == dtype, tensor.shape == shape else {
                throw JSONError(
                    .path(tensor.name),
                    "expected \(dtype) of shape \(shape), found \(tensor.dtype) of shape \(tensor.shape)")
            }
        }
    }
}

extension JSONView {
    /// A member that is a string, in which there is JSON: the format's metadata are strings.
    fileprivate func embedded(_ key: String) throws(JSONError) -> JSONView {
        let text = try require(key)
        do throws(JSONError) {
            return JSONView(try JSONValue(parsing: Array(text.string().utf8).span), path: text.path)
        } catch {
            throw text.error("\(error)")
        }
    }
}

/// The tensors' values on their way from the file into moments.
private struct Tensors {
    let features: Int
    private var integers: [String: [Int64]] = [:]
    private var doubles: [String: [Double]] = [:]
    /// Whether `products` or `scatter` is kept: as the upper triangle, row after row.
    private var hasMatrix = false

    init(features: Int) { self.features = features }

    mutating func read(
        _ tensor: SafetensorsHeader.Tensor, _ reader: inout SafetensorsReader, _ products: MomentsFile.Products
    ) throws(TensorFileError) {
        if tensor.dtype == "I64" {
            integers[tensor.name] = try values(tensor, &reader, products)
        } else {
            doubles[tensor.name] = try values(tensor, &reader, products)
        }
    }

    private mutating func values<Scalar: BitwiseCopyable & Equatable>(
        _ tensor: SafetensorsHeader.Tensor, _ reader: inout SafetensorsReader, _ products: MomentsFile.Products
    ) throws(TensorFileError) -> [Scalar] {
        guard tensor.shape.count == 2 else { return try reader.vector(tensor, of: Scalar.self) }
        let features = features
        var kept: [Scalar] = []
        let file = reader.name
        hasMatrix = products == .kept
        try reader.rows(tensor, of: Scalar.self) { (block, first) throws(TensorFileError) in
            guard products == .kept else {
                for i in 0..<block.count / features { kept.append(block[i * features + first + i]) }
                return
            }
            if let (i, j) = appendSymmetricRows(block, from: first, to: &kept, size: features) {
                throw TensorFileError(file, .tensor(tensor.name, "differs at [\(i), \(j)] and [\(j), \(i)]"))
            }
        }
        return kept
    }

    /// - Precondition: the header was checked.
    func exact() throws(ImpossibleMoments) -> ExactMoments {
        let second = integers["products"] ?? integers["squares"]!
        return try ExactMoments(
            count: Int(integers["count"]![0]), rawSums: integers["sum"]!, rawSquares: hasMatrix ? [] : second,
            rawProducts: hasMatrix ? second : [], minima: integers["min"]!, maxima: integers["max"]!)
    }

    func floating() throws(ImpossibleMoments) -> FloatingMoments {
        var scatter = doubles["scatter"] ?? doubles["squared_deviations"]!
        if hasMatrix { scatter = wholeMatrix(ofUpper: scatter, size: features) }
        return try FloatingMoments(
            checking: Int(integers["count"]![0]), means: doubles["mean"]!, lowMeans: doubles["mean_low"]!,
            scatter: scatter, products: hasMatrix, minima: doubles["min"]!, maxima: doubles["max"]!)
    }
}
