internal import Kernels
internal import Threads

extension Matrix: SymmetricOperator where Scalar == Double {
    var dimension: Int { rows }

    /// By the kernels of Project, with the matrix's own rows as the rows and the vectors as the matrix, which is small: so
    /// nothing of the matrix is copied, and it is read once. The threads take rows in turn, as many as the result of
    /// which stays in the cache; what an entry is does not depend on who takes them.
    func multiply(_ vectors: MatrixView<Double>, into products: inout [Double]) throws(LinearAlgebraError) {
        let (size, count) = (rows, vectors.rows)
        precondition(columns == size && vectors.columns == size && !vectors.isTransposed)
        precondition(products.count == count * size)
        let kernels = KernelSet.current
        let lanes = kernels.floatLanes / 2
        let packed = columnPanels(of: vectors, lanes: lanes, width: kernels.panelVectors * lanes)
        let ones = [Double](repeating: 1, count: (count + lanes - 1) / lanes * lanes)
        let zeros = [Double](repeating: 0, count: ones.count)
        let chunk = 96
        let next = Countdown((size + chunk - 1) / chunk)
        restBLAS()
        let elements = elements
        // The kernel reads some whole rows, and the panels; each thread writes the columns of its rows.
        unsafe products.withUnsafeMutableBufferPointer { products in
            unsafe elements.withUnsafeBufferPointer { elements in
                let (products, elements) = (products.baseAddress!, elements.baseAddress!)
                _ = concurrently(min(computingThreads, (size + chunk - 1) / chunk)) { _ in
                    var result = [Double](repeating: 0, count: chunk * count)
                    while let number = next.take() {
                        let taken = number * chunk..<min((number + 1) * chunk, size)
                        unsafe kernels.table.pointee.project_doubles(
                            elements + taken.lowerBound * size, taken.count, size, size, packed, count, ones, zeros,
                            &result)
                        for vector in 0..<count {
                            for row in taken {
                                unsafe products[vector * size + row] =
                                    result[(row - taken.lowerBound) * count + vector]
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The vectors as columns, as the kernels of Project take a matrix: in panels of `width` columns, the last one of as many
/// whole vectors of lanes as are left, with zeros beyond the last column.
private func columnPanels(of vectors: MatrixView<Double>, lanes: Int, width: Int) -> [Double] {
    let (count, size) = (vectors.rows, vectors.columns)
    let elements = vectors.elements
    var packed: [Double] = []
    packed.reserveCapacity((count + lanes - 1) / lanes * lanes * size)
    for first in stride(from: 0, to: count, by: width) {
        let end = min(first + width, (count + lanes - 1) / lanes * lanes)
        for k in 0..<size {
            for vector in first..<min(end, count) { packed.append(elements[vector * size + k]) }
            packed.append(contentsOf: repeatElement(0, count: max(0, end - max(first, count))))
        }
    }
    return packed
}
