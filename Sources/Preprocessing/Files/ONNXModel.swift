public import Datasets
internal import LinearAlgebra
public import Words

/// A fitted transform as a model in the format of ONNX, so that preprocessing ships with the network:
///
///     input (bytes or floats, any number of rows) ─▶ per-sample step ─▶ Sub, Div ─▶ MatMul ─▶ output (floats)
///
/// Rows that are images stay images: N x C x H x W, or N x H x W x C. Statistics of pixels take images of any size.
public struct ONNXModel {
    private let message: Protobuf
    /// A feature whose values, which are stored in more than single precision, that is too coarse for: its mean is so many
    /// deviations.
    public private(set) var coarse: (feature: Int, ratio: Double)?

    /// Where single precision cannot hold what was fitted, or a file cannot hold the model.
    public struct Refusal: ExplainedError, Equatable {
        public let message: String
        public let hint: String?
    }

    /// What rows are in the model.
    public enum Rows: String, Sendable, CaseIterable {
        /// As the statistics know them.
        case images
        /// N x D.
        case flat
    }

    /// Protocol Buffers hold no more; some of it is for what is around the arrays.
    private static let mostBytes = Int(Int32.max) - 1 << 20

    /// - Parameter program: name and version of the program that writes.
    public init(_ transform: FittedTransform, rows: Rows, by program: String) throws(Refusal) {
        let principal = transform.principal
        let arrays = (principal.map { $0.components.elements.count } ?? 0) * (transform.recipe.whiten == .zca ? 2 : 1)
        guard arrays < Self.mostBytes / 4 else {
            throw Refusal(message: "an ONNX file holds at most 2 GB", hint: "fit fewer components with --pca K")
        }
        var builder = Builder(transform, rows)
        try builder.build()
        let names = transform.input.featureNames.map { names in
            String(decoding: JSONValue.array(names.map(JSONValue.string)).formatted().dropLast(), as: UTF8.self)
        }
        message = builder.graph.model(
            name: "preprocessing", by: program,
            metadata: [("samples", "\(transform.fittedOn.samples)")] + (names.map { [("feature_names", $0)] } ?? []))
        coarse = builder.coarse
    }

    public func write(to sink: borrowing ByteSink) throws(DatasetError) { try message.write(to: sink) }
}

private struct Builder {
    private let transform: FittedTransform
    private let input: DatasetDescription
    /// The axes of a row in the model.
    private let axes: [ONNXGraph.Axis]
    private let isImage: Bool
    private(set) var graph = ONNXGraph()
    private(set) var coarse: (feature: Int, ratio: Double)?
    /// The last value, and whether it is one row of D values for each sample.
    private var value = "input"
    private var isFlat: Bool
    private var steps = 0

    init(_ transform: FittedTransform, _ rows: ONNXModel.Rows) {
        self.transform = transform
        input = transform.input
        let isOfPixels =
            input.pictures?.rows == .pixels && transform.principal == nil
            && transform.recipe.perSample == .none
        isImage = rows == .images && input.shape.count > 1 && (isOfPixels || input.pictures?.rows != .pixels)
        if !isImage {
            axes = [.length(input.features)]
        } else if isOfPixels {
            axes = [.length(input.shape[0]), .named("height"), .named("width")]
        } else {
            axes = input.shape.map { .length($0) }
        }
        isFlat = !isImage
    }

    mutating func build() throws(ONNXModel.Refusal) {
        let recipe = transform.recipe
        let isBytes = input.scalar == .uint8
        graph.addInput("input", isBytes ? .uint8 : .float, [.named("batch")] + axes)
        if isBytes { then("Cast", attributes: ["to": .number(ONNXGraph.Element.float.rawValue)]) }
        if recipe.perSample != .none { try addRowStep(recipe) }
        try addStandardizing()
        if let principal = transform.principal { try addRotation(principal, recipe) }

        let keepsShape = transform.principal == nil || recipe.whiten == .zca
        if keepsShape, isImage, isFlat {
            graph.addConstant("shape", shape: [input.shape.count + 1], [-1] + input.shape.map(Int64.init))
            then("Reshape", "shape")
        }
        graph.add("Identity", of: [value], as: "output")
        let width = transform.principal.map { recipe.whiten == .zca ? input.features : $0.count } ?? input.features
        graph.addOutput("output", .float, [.named("batch")] + (keepsShape ? axes : [.length(width)]))
    }

    /// Applies an operation to the last value.
    private mutating func then(_ kind: String, _ other: String? = nil, attributes: [String: ONNXGraph.Attribute] = [:])
    {
        steps += 1
        let result = "value_\(steps)"
        graph.add(kind, of: [value] + [other].compactMap(\.self), as: result, attributes)
        value = result
    }

    private mutating func flatten() {
        guard !isFlat else { return }
        then("Flatten", attributes: ["axis": .number(1)])
        isFlat = true
    }

    private mutating func addRowStep(_ recipe: Recipe) throws(ONNXModel.Refusal) {
        flatten()
        let rowMean: [String: ONNXGraph.Attribute] = ["axes": .numbers([1]), "keepdims": .number(1)]
        // A large mean is rounded; the differences, which are not, show by how much.
        for name in ["row_mean", "row_mean_low"] {
            graph.add("ReduceMean", of: [value], as: name, rowMean)
            then("Sub", name)
        }
        if recipe.divideBy != 1 {
            graph.addConstant("divide_by", shape: [], try floats([recipe.divideBy], "the divisor", isDivisor: true))
            then("Div", "divide_by")
        }
        guard recipe.perSample == .standardize else { return }
        graph.add("Mul", of: [value, value], as: "squares")
        graph.add("ReduceMean", of: ["squares"], as: "row_variance", rowMean)
        graph.add("Sqrt", of: ["row_variance"], as: "row_std")
        graph.addConstant("least_std", shape: [], [1 / Float(input.features).squareRoot()])
        graph.add("Max", of: ["row_std", "least_std"], as: "row_divisor")
        then("Div", "row_divisor")
    }

    /// (x - subtract) / divide. What is subtracted is the sum of two floats: the first difference is exact for values near it.
    private mutating func addStandardizing() throws(ONNXModel.Refusal) {
        let subtract = transform.subtract.map { $0 * transform.constant }
        let divide = transform.divide.map { $0 * transform.constant }
        if input.scalar.working == .float64, transform.recipe.perSample == .none {
            let ratios = zip(subtract, transform.statistics.std).map { mean, std in
                std > 0 ? abs(mean) / (std * transform.constant) : 0
            }
            if let worst = ratios.indices.max(by: { ratios[$0] < ratios[$1] }), ratios[worst] > 1000 {
                coarse = (worst, ratios[worst])
            }
        }
        let low = subtract.map { $0 - Double(Float($0)) }
        for (name, part) in [("subtract", subtract), ("subtract_low", low)] where part.contains(where: { $0 != 0 }) {
            try addPerFeature(name, part)
            then("Sub", name)
        }
        if let fill = transform.fill, input.scalar != .uint8 {
            // A missing value is not a number after the subtraction, either; its own difference is known exactly.
            try addPerFeature("fill", zip(fill, subtract).map(-))
            graph.add("IsNaN", of: [value], as: "is_missing")
            graph.add("Where", of: ["is_missing", "fill", value], as: "filled")
            value = "filled"
        }
        if divide.contains(where: { $0 != 1 }) {
            try addPerFeature("divide", divide)
            then("Div", "divide")
        }
    }

    /// One value for all features, one for each channel, or one for each feature: whatever is the least.
    private mutating func addPerFeature(_ name: String, _ values: [Double]) throws(ONNXModel.Refusal) {
        let words = ["divide": "what is divided by", "fill": "what missing values take"]
        let floats = try floats(values, words[name] ?? "what is subtracted", isDivisor: name == "divide")
        if values.allSatisfy({ $0 == values[0] }) {
            graph.addConstant(name, shape: [], [floats[0]])
        } else if !isFlat, let channels = input.channels, let few = floats.perChannel(channels) {
            graph.addConstant(name, shape: channels.isInterleaved ? [1, 1, few.count] : [few.count, 1, 1], few)
        } else {
            graph.addConstant(name, shape: isFlat ? [values.count] : input.shape, floats)
        }
    }

    /// x · Uᵀ / √(S + epsilon), and · U for ZCA.
    private mutating func addRotation(_ principal: PrincipalComponents, _ recipe: Recipe) throws(ONNXModel.Refusal) {
        flatten()
        let (count, features) = (principal.count, input.features)
        let components = principal.components.elements
        var matrix = [Double](repeating: 0, count: components.count)
        for i in 0..<count {
            let scale = recipe.whiten == .none ? 1 : recipe.whiteningDivisor(principal.explainedVariance[i])
            for j in 0..<features { matrix[j * count + i] = components[i * features + j] / scale }
        }
        graph.addConstant("components", shape: [features, count], try floats(matrix, "what rows are multiplied by"))
        then("MatMul", "components")
        guard recipe.whiten == .zca else { return }
        graph.addConstant("back", shape: [count, features], try floats(components, "what rows are multiplied by"))
        then("MatMul", "back")
    }

    private func floats(
        _ values: [Double], _ what: String, isDivisor: Bool = false
    ) throws(ONNXModel.Refusal) -> [Float] {
        let floats = values.map { Float($0) }
        guard !isDivisor || floats.allSatisfy({ $0.magnitude >= .leastNormalMagnitude }) else {
            throw ONNXModel.Refusal(
                message: "\(what) is too small for the single precision of an ONNX model",
                hint: "bring the values to a larger scale")
        }
        guard floats.allSatisfy(\.isFinite) else {
            throw ONNXModel.Refusal(
                message: "\(what) is too large for the single precision of an ONNX model",
                hint: "bring the values to a smaller scale")
        }
        return floats
    }
}

extension [Float] {
    /// One value for each channel, if that is all there is.
    fileprivate func perChannel(_ channels: Channels) -> [Float]? {
        var values: [Float] = []
        for channel in 0..<channels.count {
            let features = channels.features(of: channel).map { self[$0] }
            guard let value = features.first, features.allSatisfy({ $0 == value }) else { return nil }
            values.append(value)
        }
        return values
    }
}
