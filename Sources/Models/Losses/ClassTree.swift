internal import LinearAlgebra

/// A balanced binary tree whose leaves are the classes, in their order, for hierarchical softmax: every inner node has
/// a score f and goes left with probability σ(f); a class's probability is the product along its path.
///
/// Source: Morin and Bengio, "Hierarchical probabilistic neural network language model" (2005); the CS231n notes,
/// "Problem: Large number of classes".
struct ClassTree: Sendable {
    /// By class, the inner nodes from the root down, and 1 where the way goes left, -1 where it goes right.
    private let paths: [[(node: Int, way: Double)]]

    /// - Parameter classes: at least 2; there is one inner node less.
    init(classes: Int) {
        precondition(classes >= 2, "a tree of \(classes) classes")
        var paths = [[(node: Int, way: Double)]](repeating: [], count: classes)
        var nodes = 0
        // What is left to be split; each part becomes a node.
        var parts = [0..<classes]
        while let part = parts.popLast() {
            guard part.count > 1 else { continue }
            let middle = part.lowerBound + (part.count + 1) / 2
            for leaf in part { paths[leaf].append((nodes, leaf < middle ? 1 : -1)) }
            nodes += 1
            parts += [middle..<part.upperBound, part.lowerBound..<middle]
        }
        self.paths = paths
    }

    /// The sum over the rows of -log p_y, and its gradient.
    func loss<Scalar: BLASScalar>(_ scores: [Scalar], _ classes: [Int], _ gradient: inout [Scalar]) -> Double {
        let width = paths.count - 1
        for i in gradient.indices { gradient[i] = 0 }
        var sum = 0.0
        for (row, wanted) in classes.enumerated() {
            for (node, way) in paths[wanted] {
                let (loss, slope) = logistic(Double(scores[row * width + node]), way)
                sum += loss
                gradient[row * width + node] = Scalar(slope)
            }
        }
        return sum
    }

    /// The class of the highest probability.
    /// - Parameter row: the scores of the inner nodes.
    func likeliest<Scalar: BLASScalar>(_ row: ArraySlice<Scalar>) -> Int {
        // Each node's two losses once, though many paths lead through it.
        let left = row.map { logistic(Double($0), 1).loss }
        let right = row.map { logistic(Double($0), -1).loss }
        let losses = paths.map { path in path.reduce(0) { $0 + ($1.way > 0 ? left : right)[$1.node] } }
        return losses.indices.min { losses[$0] < losses[$1] }!
    }
}
