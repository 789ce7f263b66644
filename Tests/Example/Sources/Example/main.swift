import Datasets
import Preprocessing
import Workflows

// Whitens a validation split by what the training split is like: `Example train.bin val.bin white.npy`.
let paths = CommandLine.arguments.dropFirst()
guard paths.count == 3, let train = paths.first, let output = paths.last else {
    fatalError("usage: Example TRAIN VAL OUTPUT")
}
var recipe = Recipe()
recipe.scale = .none
recipe.components = .count(20)
recipe.whiten = .pca

let run = Run(onWarning: { print("warning: \($0)") })
let transform = try fit(recipe, to: TrainingInputs([train]), in: run)
print("\(transform.fittedOn.samples) samples of \(transform.input.features) features")
if let principal = transform.principal {
    let share = principal.explainedVarianceRatio.reduce(0, +)
    print("\(principal.count) components explain \(share) of the variance")
}
try apply(transform, to: [paths[paths.startIndex + 1]], writing: OutputOptions(path: output), in: run)

// The same by hand: rows in, rows out.
var reader = try RowReader(path: output)
var rows = 0
while let piece = try reader.next() { rows += try reader.format.decode(piece).count }
print("\(rows) rows of \(reader.description.features) values")
