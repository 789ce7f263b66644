import Datasets
import LinearAlgebra
import Preprocessing

extension Pipeline {
    /// Adds all rows, after the row step, and counts those of each file.
    mutating func accumulate(
        _ inputs: Inputs, into moments: inout Moments, counts: inout [Int]
    ) throws(Failure) {
        let step = moments.step
        guard moments.ignoresOrder, !moments.hasProducts else {
            try fold(inputs) { (block, file) throws(Failure) in
                counts[file] += block.count
                let rows = step.applied(to: block)
                try numerics { () throws(LinearAlgebraError) in try moments.add(rows) }
            }
            return
        }
        // Sums without products cost less than the reading: each worker makes those of its parts.
        let none = Moments(of: inputs.description, step: step, products: false)
        try forEachPart(inputs) { part throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            return Result { () throws(LinearAlgebraError) in
                var sums = none
                try sums.add(block)
                return sums
            }
        } _: { (sums, file) throws(Failure) in
            let sums = try numerics { () throws(LinearAlgebraError) in try sums.get() }
            counts[file] += sums.count
            moments.merge(sums)
        }
    }
}
