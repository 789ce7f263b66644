/// Sums that no rows can have.
struct ImpossibleMoments: Error, Equatable {
    /// The tensor, and where in it.
    let tensor: String
    let words: String

    init(_ tensor: String, _ words: String) {
        self.tensor = tensor
        self.words = words
    }

    init(_ tensor: String, _ index: [Int], _ what: String, count: Int) {
        let place = index.map(String.init).joined(separator: ", ")
        self.init(tensor, "at [\(place)]: \(what), which \(count) \(count == 1 ? "row" : "rows") cannot have")
    }
}
