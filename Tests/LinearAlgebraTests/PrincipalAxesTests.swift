import Testing

@testable import LinearAlgebra

/// A spectrum, by what is special about it, for tests to run over.
struct Spectrum: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Descending.
    let values: [Double]

    static let all = [
        Spectrum(testDescription: "1 x 1", values: [3]),
        Spectrum(testDescription: "2 x 2", values: [5, 1]),
        Spectrum(testDescription: "1 x 1 zero", values: [0]),
        Spectrum(testDescription: "zero", values: Array(repeating: 0, count: 20)),
        Spectrum(testDescription: "identity", values: Array(repeating: 1, count: 90)),
        Spectrum(testDescription: "distinct", values: (0..<60).map { Double(60 - $0) }),
        Spectrum(testDescription: "rank 7 of 80", values: (0..<80).map { $0 < 7 ? Double(9 - $0) : 0 }),
        Spectrum(testDescription: "geometric, to rounding", values: (0..<70).map { Double.exp2($0 * -1) }),
        Spectrum(testDescription: "one over the square", values: (1...150).map { 1 / Double($0 * $0) }),
        Spectrum(testDescription: "cluster", values: (0..<100).map { 1 + ($0 < 50 ? 1e-9 * Double(50 - $0) : 0) }),
        Spectrum(testDescription: "triples", values: (0..<99).map { Double(33 - $0 / 3) }),
        Spectrum(testDescription: "one giant", values: (0..<64).map { $0 == 0 ? 1e12 : 1 }),
    ]
}

extension Double {
    static func exp2(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}

@Suite("Principal axes")
struct PrincipalAxesTests {
    static let solvers: [Solver] = [.svd, .eigh, .lanczos]

    @Test("Known spectra: values, residuals, orthonormality, signs", arguments: Spectrum.all, Solver.ofCovariances)
    func knownSpectra(spectrum: Spectrum, solver: Solver) throws {
        let dimension = spectrum.values.count
        let covariance = Matrix.withSpectrum(spectrum.values)
        for count in Set([1, (dimension + 9) / 10, (dimension + 1) / 2, dimension]) {
            let result = try principalAxes(of: covariance, count: count, solver: solver)
            let scale = max(spectrum.values[0], .leastNormalMagnitude)
            #expect(result.variances.count == count)
            #expect(result.axes.rows == count)
            #expect(result.axes.columns == dimension)
            #expect(zip(result.variances, spectrum.values).allSatisfy { abs($0 - $1) <= 1e-9 * scale })
            #expect(zip(result.variances, result.variances.dropFirst()).allSatisfy { $0 >= $1 })
            #expect(result.variances.allSatisfy { $0 >= 0 && $0.sign == .plus })
            #expect(try result.residual(in: covariance) <= 1e-9 * scale)
            #expect(try result.orthonormalityError() <= 1e-10)
            #expect(result.followsSignRule)
            #expect(result.solver != .auto)
            if solver == .svd || solver == .eigh { #expect(result.solver == solver) }
        }
    }

    @Test("The rank is that of the whole spectrum, where all of it was computed", arguments: [Solver.svd, .eigh])
    func rankOfMoreThanIsAskedFor(solver: Solver) throws {
        let matrix = Matrix.withSpectrum([5, 3, 2, 0, 0, 0])
        #expect(try principalAxes(of: matrix, count: 2, solver: solver).rank == 3)
        #expect(try principalAxes(of: matrix, solver: solver).rank == 3)
        #expect(try principalAxes(of: matrix, count: 2, solver: .lanczos).rank == nil)
    }

    @Test("The same bits twice")
    func repeatable() async {
        // In a process of its own: other tests change the number of threads, on which the last bits depend.
        await #expect(processExitsWith: .success) {
            for solver in Solver.ofCovariances {
                let covariance = Matrix.withSpectrum((1...200).map { 1 / Double($0) })
                let first = try principalAxes(of: covariance, count: 20, solver: solver)
                let second = try principalAxes(of: covariance, count: 20, solver: solver)
                precondition(first.variances.map(\.bitPattern) == second.variances.map(\.bitPattern))
                precondition(first.axes.elements.map(\.bitPattern) == second.axes.elements.map(\.bitPattern))
            }
        }
    }

    @Test("All solvers agree, axes included where the spectrum has gaps", arguments: [1, 5, 30, 120])
    func agreement(count: Int) throws {
        let covariance = Matrix.withSpectrum((0..<120).map { Double(120 - $0) }, seed: 9)
        let results = try Self.solvers.map { try principalAxes(of: covariance, count: count, solver: $0) }
        for result in results.dropFirst() {
            #expect(zip(result.variances, results[0].variances).allSatisfy { abs($0 - $1) <= 1e-8 * 120 })
            #expect(result.axes.distance(to: results[0].axes) <= 1e-8)
        }
    }

    @Test("Diagonal matrices, with and without ties", arguments: solvers)
    func diagonal(solver: Solver) throws {
        let distinct = try principalAxes(of: .diagonal([2, 7, 0, 5]), solver: solver)
        #expect(zip(distinct.variances, [7, 5, 2, 0]).allSatisfy { abs($0 - $1) <= 1e-14 })
        let axes = Matrix<Double>(rows: 4, columns: 4, elements: [0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0])
        #expect(distinct.axes.distance(to: axes) <= 1e-14)
        let tied = try principalAxes(of: .diagonal([1, 4, 4, 1, 4]), count: 3, solver: solver)
        #expect(tied.variances.allSatisfy { abs($0 - 4) <= 1e-12 })
        #expect(try tied.orthonormalityError() <= 1e-12)
    }

    @Test("The first of the entries of equal magnitude is positive", arguments: solvers)
    func signOfATie(solver: Solver) throws {
        // Eigenvectors (1, -1) / √2 of 3 and (1, 1) / √2 of 1.
        let result = try principalAxes(
            of: Matrix(rows: 2, columns: 2, elements: [2, -1, -1, 2]), count: 1, solver: solver)
        #expect(abs(result.variances[0] - 3) <= 1e-14)
        if abs(result.axes[0, 0]) == abs(result.axes[0, 1]) { #expect(result.axes[0, 0] > 0) }
        #expect(result.followsSignRule)
    }

    @Test("The Hilbert matrix, against numpy", arguments: Solver.ofCovariances)
    func hilbert(solver: Solver) throws {
        // numpy.linalg.eigvalsh of 1 / (i + j + 1), i and j from 0 to 7.
        let reference = [
            1.695938996921949, 0.29812521131693065, 0.026212843578118913, 0.0014676881177417614, 5.4369433697488384e-05,
            1.2943320918799866e-06, 1.7988737458080757e-08, 1.111539028751438e-10,
        ]
        let elements = (0..<64).map { (index: Int) -> Double in 1 / Double(1 + index / 8 + index % 8) }
        let result = try principalAxes(of: Matrix(rows: 8, columns: 8, elements: elements), solver: solver)
        #expect(zip(result.variances, reference).allSatisfy { abs($0 - $1) <= 1e-14 })
    }

    @Test("A covariance of a few samples, against numpy", arguments: Solver.ofCovariances)
    func numpyCovariance(solver: Solver) throws {
        // Six samples of four features; numpy.linalg.eigh of their covariance, signs by our rule.
        let samples = [2.0, 0, 1, 3, 1, 4, 0, 2, 5, 2, 2, 0, 3, 3, 1, 1, 0, 1, 5, 4, 4, 0, 2, 5]
        let means = [15.0 / 6, 10.0 / 6, 11.0 / 6, 15.0 / 6]
        let centered = Matrix(rows: 6, columns: 4, elements: samples.enumerated().map { $1 - means[$0 % 4] })
        var covariance = Matrix<Double>(repeating: 0, rows: 4, columns: 4)
        try addGram(of: centered.view, alpha: 1 / 6, beta: 0, into: &covariance.elements)
        covariance.mirrorUpperTriangle()

        let result = try principalAxes(of: covariance, solver: solver)
        let variances = [5.477302203347971, 3.0154527616212103, 1.6196769920748575, 0.4153458207337396]
        #expect(zip(result.variances, variances).allSatisfy { abs($0 - $1) <= 1e-14 })
        let axes = Matrix(
            rows: 4, columns: 4,
            elements: [
                -0.3595633534954039, -0.4554302128976587, 0.48545575255138634, 0.6539344220316737,
                0.8409980978819052, -0.5357206953129212, 0.02337481909189585, 0.07196633799824638,
                0.08090873376803293, 0.09434710033605087, 0.8462743442625517, -0.5180464609484565,
                0.39609363915898677, 0.7047590243846558, 0.21818813989347854, 0.5466429201736744,
            ])
        #expect(result.axes.distance(to: axes) <= 1e-14)
    }

    @Test("Extreme scales", arguments: solvers, [-1060, -1000, -500, 500, 1010])
    func scales(solver: Solver, exponent: Int) throws {
        // Of small integers, so that the scaling itself is exact even where the result is subnormal.
        let base = Matrix<Double>(rows: 3, columns: 3, elements: [4.0, 2, 0, 2, 5, 3, 0, 3, 6])
        let unscaled = try principalAxes(of: base, solver: solver)
        var covariance = base
        for index in covariance.elements.indices { covariance.elements[index] *= .exp2(exponent) }
        let result = try principalAxes(of: covariance, solver: solver)
        for (variance, expected) in zip(result.variances, unscaled.variances) {
            let scaled = expected * .exp2(exponent)
            #expect(abs(variance - scaled) <= max(1e-14 * scaled, 2 * .leastNonzeroMagnitude))
        }
        #expect(result.axes.distance(to: unscaled.axes) <= 1e-14)
    }

    @Test("A variance beyond Double is an error", arguments: solvers)
    func overflow(solver: Solver) throws {
        let covariance = Matrix(repeating: 1.7e308, rows: 3, columns: 3)
        #expect(throws: LinearAlgebraError.overflow) {
            try principalAxes(of: covariance, count: 1, solver: solver)
        }
    }

    @Test("A value that is not finite is an error in words", arguments: Solver.ofCovariances, [Double.nan, -.infinity])
    func notFinite(solver: Solver, value: Double) throws {
        var covariance = Matrix.diagonal([1, 2, 3])
        covariance[1, 2] = value
        let error = #expect(throws: LinearAlgebraError.self) { try principalAxes(of: covariance, solver: solver) }
        #expect(error == .notFinite(row: 1, column: 2))
        #expect(error?.description.contains("the covariance holds a value that is not finite") == true)
    }

    @Test("Rounding does not make a variance negative", arguments: solvers)
    func clamped(solver: Solver) throws {
        let result = try principalAxes(of: .diagonal([1, -1e-18, 0.5]), solver: solver)
        #expect(result.variances[2] >= 0)
        #expect(result.variances[2] <= 1e-15)
    }

    @Test("Where a routine fails, the other one takes over and it is said so")
    func fallback() throws {
        let failure = LinearAlgebraError.noConvergence(routine: "dgesdd", info: 3)
        let (used, fallbacks) = try attempt(.dgesdd, else: .dgesvd) {
            routine throws(LinearAlgebraError) in
            if routine == .dgesdd { throw failure }
            return routine
        }
        #expect(used == .dgesvd)
        #expect(
            fallbacks.map(\.description) == [
                "LAPACK's dgesdd did not converge (info 3), so dgesvd was used instead"
            ])
        #expect(throws: failure) {
            try attempt(.dsyevr, else: .dsyevd) { _ throws(LinearAlgebraError) in throw failure }
        }
        let memory = LinearAlgebraError.outOfMemory(routine: "dsyevd")
        #expect(throws: memory) {
            try attempt(.dsyevd, else: .dsyevr) { routine throws(LinearAlgebraError) in
                if routine == .dsyevd { throw memory }
            }
        }
    }

    @Test("The routines to fall back on find the same", arguments: [1, 2, 50])
    func alternatives(size: Int) throws {
        let spectrum = (0..<size).map { Double(size - $0) }
        let elements = Matrix.withSpectrum(spectrum).elements
        for pairs in [
            try singularVectors(of: elements, size: size, routine: .dgesvd),
            try eigenpairs(of: elements, size: size, routine: .dsyevr),
        ] {
            #expect(zip(pairs.values, spectrum).allSatisfy { abs($0 - $1) <= 1e-12 * Double(size) })
            let axes = PrincipalAxes(variances: pairs.values, axes: pairs.vectors, solver: .svd, fallbacks: [])
            #expect(try axes.residual(in: .withSpectrum(spectrum)) <= 1e-11)
        }
    }

    @Test("A size for which the workspace exceeds 32 bits is an error before any memory is asked for")
    func tooLarge() throws {
        #expect(throws: LinearAlgebraError.self) { try singularVectors(of: [], size: 26_800, routine: .dgesdd) }
        #expect(throws: LinearAlgebraError.self) { try eigenpairs(of: [], size: 32_800, routine: .dsyevd) }
    }

    @Test("The numerical rank")
    func rank() {
        #expect(numericalRank(ofDescending: [], dimension: 3) == 0)
        #expect(numericalRank(ofDescending: [0, 0], dimension: 2) == 0)
        #expect(numericalRank(ofDescending: [4, 1, 1e-17, 0], dimension: 4) == 2)
        #expect(numericalRank(ofDescending: [1, 4 * 0x1p-52, 4 * 0x1p-52], dimension: 4) == 1)
        #expect(numericalRank(ofDescending: [1, 4.5 * 0x1p-52], dimension: 4) == 2)
        #expect(numericalRank(ofDescending: [1, 1, 1], dimension: 3) == 3)
    }
}
