import Foundation
import TestSupport
import Testing

/// One recipe of Fixtures/reference/cases.json, and what numpy made of it.
struct ReferenceCase: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var fit: [String]
    var train: String
    var data: String
    var apply: [String]
    var rows: [Int]
    var expected: String
    var tolerance: Double
    var inverse: String?

    var testDescription: String { name }

    static let all = try! JSONDecoder().decode(
        [ReferenceCase].self, from: Data(contentsOf: URL(fileURLWithPath: fixture("reference/cases.json"))))
}

/// The formulas, against numpy: fit, apply and inverse as processes, in double precision.
@Suite struct ReferenceTests {
    @Test(arguments: ReferenceCase.all)
    func equalsNumpy(reference: ReferenceCase) throws {
        let folder = try Folder()
        let fit = try folder.nnprep(["fit", "--quiet"] + reference.fit + [fixture(reference.train)])
        try #require(fit.status == 0, "\(fit.errors)")
        #expect(fit.output.isEmpty && fit.errors.isEmpty)
        let apply = try folder.nnprep(
            ["apply", "--quiet", "--stats", "stats.json", "--dtype", "float64", "-o", "out.npy"] + reference.apply
                + [fixture(reference.data)])
        try #require(apply.status == 0, "\(apply.errors)")
        try expectEqual(try Array2D(npy: folder.read("out.npy")), reference.expected, reference)

        guard let inverse = reference.inverse else { return }
        let back = try folder.nnprep(
            "inverse", "--stats", "stats.json", "--dtype", "float64", "-o", "back.npy", "out.npy")
        try #require(back.status == 0, "\(back.errors)")
        try expectEqual(try Array2D(npy: folder.read("back.npy")), inverse, reference)
    }

    /// The chosen rows of `result` are those of a reference file, to the case's tolerance of the largest magnitude.
    private func expectEqual(_ result: Array2D, _ file: String, _ reference: ReferenceCase) throws {
        let expected = try Array2D(npy: Data(contentsOf: URL(fileURLWithPath: fixture("reference/\(file)"))))
        try #require(result.columns == expected.columns)
        let scale = expected.values.map(abs).max()!
        for (i, row) in reference.rows.enumerated() {
            let worst = zip(result.row(row), expected.row(i)).map { abs($0 - $1) }.max()!
            #expect(worst <= reference.tolerance * scale, "\(file), row \(row): \(worst / scale) of the largest")
        }
    }
}
