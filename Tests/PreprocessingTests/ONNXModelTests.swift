import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

/// A message of Protocol Buffers, read without any code of the project.
private struct Message {
    var numbers: [Int: [Int]] = [:]
    var bytes: [Int: [[UInt8]]] = [:]

    init(_ data: [UInt8]) {
        var at = 0
        func number() -> Int {
            var (value, shift) = (0, 0)
            while true {
                let byte = data[at]
                at += 1
                value |= Int(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        while at < data.count {
            let tag = number()
            if tag & 7 == 0 {
                numbers[tag >> 3, default: []].append(number())
            } else {
                let length = number()
                bytes[tag >> 3, default: []].append(Array(data[at..<at + length]))
                at += length
            }
        }
    }

    func messages(_ field: Int) -> [Message] { (bytes[field] ?? []).map(Message.init) }
    func texts(_ field: Int) -> [String] { (bytes[field] ?? []).map { String(decoding: $0, as: UTF8.self) } }
    func text(_ field: Int) -> String { texts(field).first ?? "" }
}

/// An array of floats with its shape, and the few operations of the models.
private struct Tensor {
    var shape: [Int]
    var values: [Float]

    /// Of arrays that are repeated along axes where they have one element, or none.
    func combined(_ other: Tensor, _ operation: (Float, Float) -> Float) -> Tensor {
        let padded = Array(repeating: 1, count: shape.count - other.shape.count) + other.shape
        var result = self
        for i in values.indices {
            var (rest, place, stride) = (i, 0, 1)
            for (length, others) in zip(shape, padded).reversed() {
                if others > 1 { place += rest % length * stride }
                stride *= others
                rest /= length
            }
            result.values[i] = operation(values[i], other.values[place])
        }
        return result
    }

    func times(_ other: Tensor) -> Tensor {
        let (depth, columns) = (shape[1], other.shape[1])
        var result = Tensor(shape: [shape[0], columns], values: [])
        for i in 0..<shape[0] {
            for j in 0..<columns {
                result.values.append(
                    (0..<depth).reduce(0) { $0 + values[i * depth + $1] * other.values[$1 * columns + j] })
            }
        }
        return result
    }
}

/// Runs a model: from its file's bytes alone.
private func run(_ model: [UInt8], on input: Tensor) throws -> Tensor {
    let graph = try #require(Message(model).messages(7).first)
    var values = ["input": input]
    for constant in graph.messages(5) {
        let raw = constant.bytes[9]![0]
        let shape = constant.numbers[1] ?? []
        if constant.numbers[2] == [1] {
            values[constant.text(8)] = Tensor(
                shape: shape,
                values: stride(from: 0, to: raw.count, by: 4).map { start in
                    Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(raw[start + $1]) << UInt32(8 * $1) })
                })
        } else {
            #expect(constant.numbers[2] == [7])
            values[constant.text(8)] = Tensor(
                shape: shape,
                values: stride(from: 0, to: raw.count, by: 8).map { start in
                    Float(Int64(bitPattern: (0..<8).reduce(0) { $0 | UInt64(raw[start + $1]) << UInt64(8 * $1) }))
                })
        }
    }
    for node in graph.messages(1) {
        let arguments = node.texts(1).map { values[$0]! }
        let x = arguments[0]
        let result: Tensor
        switch node.text(4) {
        case "Cast", "Identity": result = x
        case "Sub": result = x.combined(arguments[1], -)
        case "Div": result = x.combined(arguments[1], /)
        case "Mul": result = x.combined(arguments[1], *)
        case "Max": result = x.combined(arguments[1], max)
        case "Sqrt": result = Tensor(shape: x.shape, values: x.values.map { $0.squareRoot() })
        case "IsNaN": result = Tensor(shape: x.shape, values: x.values.map { $0.isNaN ? 1 : 0 })
        case "Where":
            let kept = arguments[2]
            let filled = kept.combined(arguments[1]) { $1 }
            result = Tensor(
                shape: kept.shape,
                values: x.values.indices.map { x.values[$0] == 1 ? filled.values[$0] : kept.values[$0] })
        case "MatMul": result = x.times(arguments[1])
        case "Flatten": result = Tensor(shape: [x.shape[0], x.values.count / x.shape[0]], values: x.values)
        case "Reshape":
            result = Tensor(shape: [x.shape[0]] + arguments[1].values.dropFirst().map { Int($0) }, values: x.values)
        case "ReduceMean":
            let width = x.shape[1]
            result = Tensor(
                shape: [x.shape[0], 1],
                values: (0..<x.shape[0]).map { row in
                    x.values[row * width..<(row + 1) * width].reduce(0, +) / Float(width)
                })
        case let kind:
            Issue.record("an operation \(kind)")
            result = x
        }
        values[node.text(2)] = result
    }
    return try #require(values["output"])
}

private func written(_ model: ONNXModel) throws -> [UInt8] {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let sink = try ByteSink(path: url.path)
    try model.write(to: sink)
    try sink.finish()
    return [UInt8](try Data(contentsOf: url))
}

@Suite struct ONNXModelTests {
    /// Centering, scaling, the per-sample step, components and whitening, with images and without.
    static let recipes: [(name: String, change: @Sendable (inout Recipe) -> Void)] = [
        ("standardize", { _ in }), ("nothing", { ($0.center, $0.scale) = (.none, .none) }),
        ("channels of 255ths", { ($0.center, $0.scalePer, $0.divideBy) = (.channel, .channel, 255) }),
        ("minmax", { $0.scale = .minmax }),
        ("per sample", { ($0.perSample, $0.divideBy) = (.standardize, 255) }),
        ("pca", { ($0.components, $0.scale) = (.count(3), .none) }),
        ("zca", { ($0.components, $0.scale, $0.whiten, $0.epsilon) = (.count(5), .std, .zca, 0.1) }),
        (
            "per sample and whitened",
            { ($0.perSample, $0.components, $0.scale, $0.whiten) = (.center, .count(4), .none, .pca) }
        ),
    ]

    @Test(arguments: recipes.indices, [ONNXModel.Rows.images, .flat])
    func theModelIsApply(number: Int, rows: ONNXModel.Rows) throws {
        var random = SeededRandom(7)
        let bytes = (0..<30 * 12).map { _ in UInt8.random(in: 0...255, using: &random) }
        var input = DatasetDescription(format: .npy, shape: [3, 2, 2], scalar: .uint8)
        for channelsLast in [false, true] {
            if channelsLast { (input.shape, input.channelsLast) = ([2, 2, 3], true) }
            var recipe = Recipe()
            Self.recipes[number].change(&recipe)
            var moments = Moments(of: input, step: recipe.step, products: recipe.needsProducts)
            let block = RowBlock(count: 30, features: 12, values: .bytes(bytes))
            try moments.add(recipe.step.applied(to: block))
            try moments.finish()
            let fitted = try recipe.fit(moments, input: input, sources: []).0
            let expected = RowTransform(fitted.forward(), after: recipe.step, scalar: .float32).apply(block)
            guard case .floats(let values) = expected.values else { throw CocoaError(.fileReadUnknown) }

            let model = try ONNXModel(fitted, rows: rows, by: "test")
            let shape = rows == .images ? [30] + input.shape : [30, 12]
            let result = try run(written(model), on: Tensor(shape: shape, values: bytes.map(Float.init)))
            let keepsShape = fitted.principal == nil || recipe.whiten == .zca
            #expect(result.shape == (keepsShape ? shape : [30, expected.features]))
            let worst = zip(result.values, values).map { abs($0 - $1) }.max()!
            #expect(worst <= 1e-5 * max(1, values.map(abs).max()!), "\(Self.recipes[number].name): \(worst)")
        }
    }

    @Test func statisticsOfPixelsTakeImagesOfAnySize() throws {
        var input = DatasetDescription(format: .pictures, shape: [3, 1, 1], scalar: .uint8)
        input.pictures = PictureOptions()
        input.pictures!.rows = .pixels
        var moments = Moments(of: input, step: RowStep(.none, divideBy: 1), products: false)
        try moments.add(RowBlock(count: 2, features: 3, values: .bytes([0, 10, 20, 2, 14, 28])))
        try moments.finish()
        let fitted = try Recipe().fit(moments, input: input, sources: []).0
        let model = try written(try ONNXModel(fitted, rows: .images, by: "test"))
        let result = try run(model, on: Tensor(shape: [1, 3, 2, 1], values: [1, 2, 12, 16, 28, 24]))
        #expect(result.shape == [1, 3, 2, 1])
        #expect(result.values == [0, 1, 0, 2, 1, 0])
        let axes = Message(model).messages(7)[0].messages(11)[0].messages(2)[0].messages(1)[0].messages(2)[0].messages(
            1)
        #expect(axes.map { $0.text(2) } == ["batch", "", "height", "width"])
    }

    /// Means of many deviations, missing values too: single precision holds them as two numbers.
    @Test(arguments: [1e3, 1e5, 1e6, 1e7], recipes.indices)
    func largeMeansLoseNothing(mean: Double, number: Int) throws {
        var random = SeededRandom(11)
        var input = DatasetDescription(format: .npy, shape: [3, 2, 2], scalar: .float32)
        let spread = max(1, mean * 1e-6)
        for channelsLast in [false, true] {
            if channelsLast { (input.shape, input.channelsLast) = ([2, 2, 3], true) }
            var recipe = Recipe()
            Self.recipes[number].change(&recipe)
            // So that the spread, and not the least divisor of a row, is what rows are standardized by.
            if recipe.perSample != .none { recipe.divideBy = 1 }
            recipe.epsilon = 0.1
            // Each feature has a mean of its own, or each row, where rows are centered.
            var rows: [Float] = []
            for k in 0..<40 * 12 {
                let place = Double(recipe.perSample == .none ? k % 12 : k / 12)
                let center: Double = mean * (1 + place / 10)
                rows.append(Float(center + spread * random.normal()))
            }
            var moments = Moments(of: input, step: recipe.step, products: recipe.needsProducts)
            moments.mayLackValues = recipe.perSample == .none
            var holes = rows
            if moments.mayLackValues { for k in stride(from: 5, to: holes.count, by: 17) { holes[k] = .nan } }
            try moments.add(recipe.step.applied(to: RowBlock(count: 40, features: 12, values: .floats(holes))))
            try moments.finish()
            let fitted = try recipe.fit(moments, input: input, sources: []).0
            #expect((fitted.fill != nil) == moments.mayLackValues)
            let filled = holes.enumerated().map { $1.isNaN ? fitted.fill![$0 % 12] : Double($1) }
            let block = RowBlock(count: 40, features: 12, values: .doubles(filled))
            let expected = RowTransform(fitted.forward(), after: recipe.step, scalar: .float64).apply(block).doubles
            let model = try ONNXModel(fitted, rows: .images, by: "test")
            #expect(model.coarse == nil)
            let result = try run(written(model), on: Tensor(shape: [40] + input.shape, values: holes))
            // In deviations: rows that are not divided are as large as the spread.
            let largest: Double = expected.reduce(1) { max($0, abs($1)) }
            let isScaled = recipe.scale != .none || recipe.whiten != .none
            let unit = isScaled ? 1 : largest
            let worst: Double = zip(result.values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
            #expect(worst <= 1e-5 * unit, "\(Self.recipes[number].name): \(worst) of \(unit)")
        }
    }

    @Test func whatSinglePrecisionCannotHoldIsRefusedOrTold() throws {
        func model(_ values: [Double]) throws -> ONNXModel {
            let moments = try moments(block(values, features: 1), products: false, step: RowStep(.none, divideBy: 1))
            return try ONNXModel(
                try Recipe().fit(moments, input: description(features: 1), sources: []).0, rows: .flat, by: "test")
        }
        #expect(throws: ONNXModel.Refusal.self) { try model([1e100, -1e100]) }
        #expect(throws: ONNXModel.Refusal.self) { try model([1e-100, -1e-100]) }
        #expect(try model([1e6, 1e6 + 1]).coarse?.feature == 0)
        #expect(try model([1, 2]).coarse == nil)
    }
}
