public import Datasets
internal import LinearAlgebra
internal import Threads

/// Carries out a row step and an affine map on blocks of rows, on the caller's thread alone.
///
/// A row's result depends on that row and the map alone, bit for bit. What leaves the range of the result's type is infinite
/// in it, or not a number: `RowBlock.checkFinite` tells of it.
public struct RowTransform: Sendable {
    private let step: RowStep
    private let scalar: WorkingScalar
    private let outputs: Int
    private let kernel: Kernel

    private enum Kernel: Sendable {
        case features(FeatureMap)
        case doubles(Projection<Double>)
        /// Bytes have a way of their own, unless it would be less exact.
        case floats(Projection<Float>.Later, bytes: ByteProjection.Later)
    }

    /// - Parameter scalar: what comes out, `float32` or `float64`.
    public init(_ map: AffineMap, after step: RowStep, scalar: WorkingScalar) {
        self.step = step
        self.scalar = scalar
        outputs = map.outputs
        switch map.form {
        case .standardize(let subtract, let divide):
            kernel = .features(FeatureMap(.subtractDivide, subtract, divide))
        case .restore(let multiply, let add):
            kernel = .features(FeatureMap(.multiplyAdd, multiply, add))
        case .rotate(let rotation) where scalar == .float64:
            kernel = .doubles(Projection(rotation))
        case .rotate(let rotation):
            kernel = .floats(Later { Projection(rotation) }, bytes: Later { ByteProjection(rotation) })
        }
    }

    public func apply(_ block: consuming RowBlock) -> RowBlock {
        block = step.applied(to: block)
        let count = block.count
        block.values =
            switch block.values {
            case .bytes(let rows): bytes(rows, count)
            case .floats(let rows): apply(rows, count)
            case .doubles(let rows): apply(rows, count)
            }
        block.features = outputs
        return block
    }

    private func bytes(_ rows: [UInt8], _ count: Int) -> RowBlock.Values {
        if case .floats(_, let bytes) = kernel, let projection = bytes.value {
            return .floats(projection.apply(rows, count: count))
        }
        return apply(rows, count)
    }

    private func apply<Scalar: RowScalar>(_ rows: [Scalar], _ count: Int) -> RowBlock.Values {
        switch kernel {
        case .features(let map) where scalar == .float64: .doubles(map.apply(rows, count: count))
        case .features(let map): .floats(map.apply(rows, count: count))
        case .floats(let projection, _): .floats(projection.value.apply(rows, count: count))
        case .doubles(let projection): .doubles(projection.apply(rows, count: count))
        }
    }
}

extension Projection {
    fileprivate typealias Later = Preprocessing.Later<Projection>

    fileprivate init(_ rotation: AffineMap.Rotation) {
        self.init(rotation.matrix, origin: rotation.origin, unit: rotation.unit, bias: rotation.bias)
    }
}

extension ByteProjection {
    fileprivate typealias Later = Preprocessing.Later<ByteProjection?>

    fileprivate init?(_ rotation: AffineMap.Rotation) {
        guard let deviations = rotation.deviations else { return nil }
        self.init(
            rotation.matrix, origin: rotation.origin, unit: rotation.unit, bias: rotation.bias, deviations: deviations)
    }
}

/// A value that is made when it is first asked for, by whichever thread that is.
private final class Later<Value: Sendable>: Sendable {
    private let made = Lock<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var value: Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
