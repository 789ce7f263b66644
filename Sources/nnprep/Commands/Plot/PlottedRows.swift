import Datasets
import Preprocessing
import Words
import Workflows

extension Plot.Arguments {
    /// Some rows of the data; what they must agree with where there is something.
    func sampledRows(
        atMost limit: (DatasetDescription) -> Int, agreeingWith statistics: (transform: FittedTransform, name: String)?
    ) throws -> SampledRows {
        let rows = try SampledRows(
            of: data, reading: input, atMost: limit, seed: seed, agreeingWith: statistics, in: common.run)
        try checkDrawable(rows.values, of: displayName(data[0]))
        return rows
    }
}

/// Refuses values whose differences leave the range of doubles.
func checkDrawable(_ values: [Double], of name: String) throws {
    guard let value = values.first(where: { !($0.magnitude < 1e300) }) else { return }
    throw Refusal("\(name): \(short(value)) is too large to be drawn", hint: "leave such rows out")
}
