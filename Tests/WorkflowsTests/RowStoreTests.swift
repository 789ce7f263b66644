import Datasets
import Foundation
import TestSupport
import Testing

@testable import Workflows

@Suite struct RowStoreTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write("bytes.npy", npy("|u1", shape: "2, 2", [1, 2, 3, 4] as [UInt8]))
        try folder.write("floats.npy", npy([0.5, -1] as [Float], columns: 2))
        try folder.write("doubles.npy", npy([0.1, 1e300] as [Double], columns: 2))
    }

    private func store(_ names: String...) throws -> RowStore {
        try RowStore(names.map { $0 == "-" ? $0 : folder.path($0) }, InputOptions(), in: Run())
    }

    @Test("files of several types are kept in the widest of them, in their order")
    func severalTypes() throws {
        let rows = try store("bytes.npy", "floats.npy", "bytes.npy")
        guard case .floats(let floats) = rows.block(0..<rows.count).values else {
            Issue.record("not floats")
            return
        }
        #expect(floats == [1, 2, 3, 4, 0.5, -1, 1, 2, 3, 4] && rows.byteCount == 40)
        let all = try store("floats.npy", "bytes.npy", "doubles.npy").block(0..<4)
        guard case .doubles(let doubles) = all.values else {
            Issue.record("not doubles")
            return
        }
        #expect(doubles == [0.5, -1, 1, 2, 3, 4, 0.1, 1e300])
    }

    @Test("what comes in a wider type widens what is there")
    func widening() {
        var values = RowBlock.Values.bytes([1, 2])
        values.append(.doubles([0.5, 7]), prefix: 1)
        values.append(.floats([0.25]), prefix: 1)
        guard case .doubles(let doubles) = values else {
            Issue.record("not doubles")
            return
        }
        #expect(doubles == [1, 2, 0.5, 0.25])
    }
}
