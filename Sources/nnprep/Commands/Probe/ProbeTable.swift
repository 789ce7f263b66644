import Datasets
import Flags
import Models
import Workflows

extension Probe {
    static let table = CommandTable<Arguments>(
        "probe",
        summary: "train a small model, to judge the preprocessing by",
        description: [
            "Trains a linear model, or a network with rectified linear units, on the rows of --train as --stats "
                + "transforms them, and prints loss and accuracy on both files after every epoch. Warns at the known "
                + "signs of failure.",
            "With --compare, fits each of the recipes on the training rows only, trains the same model with the same "
                + "seed on each, and prints one table, best first.",
            "What is to be predicted: the label of the records, or a table's label column (its one column of text, or "
                + "--label-column); attributes, if --label-column names several of 0 and 1; a number with --target.",
        ],
        flags: data + model + descent + [
            Flag(switch: "json", group: "Output", help: "print JSON instead of text") { $0.json = true }
        ] + Flag.input() + Flag.common,
        examples: [
            Example("nnprep probe --train train.bin --val val.bin --stats stats.json", "a linear classifier"),
            Example(
                "nnprep probe --train a.csv --val b.csv --target price --hidden 50", "a network that predicts a number"),
            Example(
                "nnprep probe --train train.bin --val val.bin --compare raw,std,pca:144",
                "which preprocessing helps?"),
        ])

    private static var data: [Flag<Arguments>] {
        let group = "Data"
        return [
            Flag(
                "train", metavar: "FILE", group: group, help: "the training rows; several files count as one",
                completion: .file, repeatable: true, required: true
            ) { $0.options.train.append(try $1.path()) },
            Flag(
                "val", metavar: "FILE", group: group, help: "the rows to judge by", completion: .file,
                repeatable: true, required: true
            ) { $0.options.val.append(try $1.path()) },
            Flag(
                "stats", metavar: "FILE", group: group, help: "transform all rows by what fit has written",
                default: "the rows as they are", completion: .file(extensions: ["json"])
            ) { $0.statistics = try $1.path() },
            Flag(
                "compare", metavar: "A,B", group: group,
                help: "recipes to compare: raw, center, std, minmax, maxabs, pca:K, whiten:K, zca:K; K as for fit --pca"
            ) { (arguments, text) throws(FlagError) in
                arguments.recipes = try text.list { (name) throws(FlagError) in try NamedRecipe(name) }
            },
            Flag(
                "target", metavar: "NAME", group: group,
                help: "predict this column of a table, a number, by name or number from 1", repeatable: true
            ) { $0.options.targets.append($1) },
        ]
    }

    private static var model: [Flag<Arguments>] {
        let group = "Model"
        return [
            Flag(
                "hidden", metavar: "A,B", group: group, help: "the units of the hidden layers",
                default: "none: a linear model"
            ) {
                $0.options.architecture.hidden = try $1.list { (text) throws(FlagError) in
                    try text.positiveInteger(atMost: 1_000_000)
                }
            },
            Flag(
                "loss", metavar: Loss.allCases.map(\.rawValue).joined(separator: "|"), group: group,
                help: "what is made small: of classes, of attributes (hinge, logistic), of numbers (l2, l1)",
                default: "softmax, logistic or l2", choices: Choice.all(of: Loss.self)
            ) { (arguments, text) throws(FlagError) in arguments.options.loss = try text.choice(of: Loss.self) },
            Flag(
                switch: "batch-norm", group: group, help: "normalize each batch before the hidden units"
            ) { $0.options.architecture.normalizesBatches = true },
            Flag(
                "init", oneOf: InitialScheme.self, metavar: "SCHEME", group: group,
                help: "how the weights of hidden units start, as for nnprep init", default: .he
            ) { $0.options.initializer.scheme = $1 },
            Flag(
                "dropout", metavar: "P", group: group, help: "drop each hidden unit with probability P in training",
                default: "0"
            ) { $0.options.architecture.dropout = try probability($1) },
            Flag(
                "input-dropout", metavar: "P", group: group, help: "drop each input with probability P in training",
                default: "0"
            ) { $0.options.architecture.inputDropout = try probability($1) },
            Flag("l2", metavar: "X", group: group, help: "the weight of half the squared weights", default: "0") {
                $0.options.l2 = try $1.nonNegativeNumber()
            },
            Flag("l1", metavar: "X", group: group, help: "the weight of the weights' magnitudes", default: "0") {
                $0.options.l1 = try $1.nonNegativeNumber()
            },
            Flag(
                "max-norm", metavar: "X", group: group, help: "how long the weights of one unit may be, such as 3",
                default: "any length"
            ) { $0.options.maxNorm = try $1.positiveNumber() },
        ]
    }

    private static func probability(_ text: String) throws(FlagError) -> Double {
        try text.number("a probability from 0 to below 1") { $0 >= 0 && $0 < 1 }
    }
}
