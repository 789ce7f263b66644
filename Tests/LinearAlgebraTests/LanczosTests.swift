import Testing

@testable import LinearAlgebra

@Suite("Block Lanczos")
struct LanczosTests {
    @Test("Every spectrum is certified, without a fallback", arguments: Spectrum.all)
    func certified(spectrum: Spectrum) throws {
        let dimension = spectrum.values.count
        let result = try principalAxes(of: .withSpectrum(spectrum.values), count: (dimension + 2) / 3, solver: .lanczos)
        #expect(result.solver == .lanczos)
        #expect(result.fallbacks == [])
    }

    @Test("Restarts: many more dimensions than the basis has room for", arguments: [1, 2, 7, 20])
    func restarts(count: Int) throws {
        // No gap is large, so that one basis does not suffice.
        let spectrum = (0..<400).map { 1 - 0.001 * Double($0) }
        let covariance = Matrix.withSpectrum(spectrum, seed: 4)
        let result = try principalAxes(of: covariance, count: count, solver: .lanczos)
        #expect(result.solver == .lanczos)
        #expect(zip(result.variances, spectrum).allSatisfy { abs($0 - $1) <= 1e-10 })
        #expect(try result.residual(in: covariance) <= 1e-9)
        #expect(try result.orthonormalityError() <= 1e-12)
    }

    @Test(
        "An eigenvalue that is more than b-fold is found in full, or missed and noticed", arguments: [10, 40, 60, 90])
    func multiplicity(copies: Int) throws {
        let spectrum = (0..<300).map { $0 < copies ? 2 : 1 / Double($0) }
        let covariance = Matrix.withSpectrum(spectrum, seed: 5)
        // Below, at and beyond the multiplicity.
        for count in [copies - 3, copies, copies + 10] {
            let result = try principalAxes(of: covariance, count: count, solver: .lanczos)
            let noticed = [LinearAlgebraError.notCertified(count: count, shortfall: .missedEigenvalue)]
            #expect(result.solver == .lanczos || result.fallbacks.map(\.failure) == noticed)
            #expect(zip(result.variances, spectrum).allSatisfy { abs($0 - $1) <= 2e-9 })
            #expect(try result.residual(in: covariance) <= 2e-9)
        }
    }

    @Test("A rank below the number asked for gives zeros, and axes all the same", arguments: [0, 1, 3, 29])
    func rankDeficient(rank: Int) throws {
        let spectrum = (0..<250).map { $0 < rank ? Double(40 - $0) : 0 }
        let covariance = Matrix.withSpectrum(spectrum, seed: 6)
        let result = try principalAxes(of: covariance, count: 30, solver: .lanczos)
        #expect(result.solver == .lanczos)
        #expect(zip(result.variances, spectrum).allSatisfy { abs($0 - $1) <= 1e-12 })
        #expect(numericalRank(ofDescending: result.variances, dimension: 250) == rank)
        #expect(try result.orthonormalityError() <= 1e-10)
    }

    @Test("A larger matrix, against dsyevr")
    func large() throws {
        // The scatter of 300 samples whose deviations decay.
        let dimension = 1500
        var generator = SplitMix64(seed: 8)
        var samples = [Double](repeating: 0, count: 300 * dimension)
        for index in samples.indices { samples[index] = generator.nextSigned() / Double(1 + index % dimension / 10) }
        var covariance = Matrix<Double>(repeating: 0, rows: dimension, columns: dimension)
        try addGram(
            of: MatrixView(samples.span, rows: 300, columns: dimension), alpha: 1 / 300, beta: 0,
            into: &covariance.elements)
        covariance.mirrorUpperTriangle()

        let result = try principalAxes(of: covariance, count: 40, solver: .lanczos)
        let reference = try principalAxes(of: covariance, count: 40, solver: .eigh)
        #expect(result.solver == .lanczos)
        let scale = reference.variances[0]
        #expect(zip(result.variances, reference.variances).allSatisfy { abs($0 - $1) <= 1e-10 * scale })
        #expect(try result.residual(in: covariance) <= 1e-9 * scale)
        #expect(try result.orthonormalityError() <= 1e-12)
    }

    @Test("A matrix known only by its products: samples, never their covariance")
    func matrixFree() throws {
        let samples = Matrix<Double>.smallIntegers(rows: 50, columns: 120, seed: 3)
        let operation = Scatter(samples: samples)
        let pairs = try lanczosEigenpairs(of: operation, count: 10, plan: LanczosPlan(dimension: 120, count: 10))
        let scatter = naiveProduct(samples.transposedCopy(), samples)
        let reference = try principalAxes(of: scatter, count: 10, solver: .svd)
        #expect(zip(pairs.values, reference.variances).allSatisfy { abs($0 - $1) <= 1e-9 * reference.variances[0] })
    }

    @Test("Too few products are reported, and the solver falls back")
    func tooFewProducts() throws {
        let covariance = Matrix.withSpectrum((0..<200).map { 1 - 0.001 * Double($0) })
        var plan = LanczosPlan(dimension: 200, count: 5)
        plan.allowedProducts = 12
        let error = #expect(throws: LinearAlgebraError.self) {
            try lanczosEigenpairs(of: covariance, count: 5, plan: plan)
        }
        guard case .notCertified(5, .products(12, let residual)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(residual > plan.convergence && residual < 1)
    }

    @Test("What is not an eigenvector is not certified")
    func certificate() throws {
        let covariance = Matrix.withSpectrum((1...60).map { 1 / Double($0) })
        var plan = LanczosPlan(dimension: 60, count: 4)
        // To stop at once, so that what it has is far from converged.
        plan.blockSize = 4
        plan.capacity = 12
        plan.convergence = 1
        let early = #expect(throws: LinearAlgebraError.self) {
            try lanczosEigenpairs(of: covariance, count: 4, plan: plan)
        }
        guard case .notCertified(4, .residual(let residual, bound: 1e-9)) = early else {
            Issue.record("\(String(describing: early))")
            return
        }
        #expect(residual > 1e-9)

        plan = LanczosPlan(dimension: 60, count: 4)
        plan.orthogonalityBound = 0
        let strict = #expect(throws: LinearAlgebraError.self) {
            try lanczosEigenpairs(of: covariance, count: 4, plan: plan)
        }
        guard case .notCertified(4, .orthogonality(_, bound: 0)) = strict else {
            Issue.record("\(String(describing: strict))")
            return
        }
    }

    @Test("A missed eigenvalue is noticed")
    func missed() throws {
        // True eigenpairs of a diagonal matrix, but not those of its largest eigenvalues.
        let covariance = Matrix.diagonal([3, 2, 1, 0.5])
        let pairs = Eigenpairs(
            values: [3, 1], vectors: Matrix(rows: 2, columns: 4, elements: [1, 0, 0, 0, 0, 0, 1, 0]))
        #expect(try !areLargest(pairs, of: covariance, margin: 1e-9))
        let right = Eigenpairs(
            values: [3, 2], vectors: Matrix(rows: 2, columns: 4, elements: [1, 0, 0, 0, 0, 1, 0, 0]))
        #expect(try areLargest(right, of: covariance, margin: 1e-9))
        // One of two equal eigenvalues is as good as the other.
        let tied = Eigenpairs(values: [3], vectors: Matrix(rows: 1, columns: 3, elements: [0, 1, 0]))
        #expect(try areLargest(tied, of: .diagonal([3, 3, 1]), margin: 1e-9))
        let zero = Eigenpairs(values: [0], vectors: Matrix(rows: 1, columns: 2, elements: [0, 1]))
        #expect(try areLargest(zero, of: .diagonal([0, 0]), margin: 1e-9))
        #expect(try !areLargest(zero, of: .diagonal([1, 0]), margin: 1e-9))
    }

    @Test("A fallback is told in words")
    func words() {
        let fallback = PrincipalAxes.Fallback(
            failure: .notCertified(count: 144, shortfall: .products(allowed: 96, residual: 2e-7)), used: "eigh")
        #expect(
            fallback.description
                == "lanczos could not certify 144 components: after 96 block products the residual is still 2e-07, "
                + "so eigh was used instead"
        )
    }
}

/// XᵀX, by two products instead of one with a D x D matrix.
private struct Scatter: SymmetricOperator {
    let samples: Matrix<Double>

    var dimension: Int { samples.columns }

    func multiply(_ vectors: MatrixView<Double>, into products: inout [Double]) throws(LinearAlgebraError) {
        var projections = [Double](repeating: 0, count: vectors.rows * samples.rows)
        try LinearAlgebra.multiply(vectors, samples.view.transposed, into: &projections)
        try LinearAlgebra.multiply(
            MatrixView(projections.span, rows: vectors.rows, columns: samples.rows), samples.view, into: &products)
    }
}
