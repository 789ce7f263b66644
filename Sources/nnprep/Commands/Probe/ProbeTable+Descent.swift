import Flags
import Workflows

extension Probe {
    static var descent: [Flag<Arguments>] {
        let group = "Descent"
        return [
            Flag("epochs", metavar: "N", group: group, help: "how often each row is seen", default: "10") {
                $0.options.epochs = try $1.positiveInteger(atMost: 1_000_000)
            },
            Flag(
                "batch", metavar: "N", group: group, help: "the rows of a step",
                default: "100, or a tenth of all if that is less"
            ) { $0.options.batch = try $1.positiveInteger(atMost: 1_000_000) },
            Flag(
                "learning-rate", metavar: "X|auto", group: group,
                help: "how far a step goes; auto tries some on a part of the training rows", default: "auto"
            ) { $0.options.learningRate = $1 == "auto" ? nil : try $1.positiveNumber() },
            Flag(
                "momentum", metavar: "X", group: group, help: "how much of a step goes on into the next", default: "0.9"
            ) { $0.options.momentum = try $1.number("a number from 0 to below 1") { $0 >= 0 && $0 < 1 } },
            Flag(
                "decay", metavar: "X", group: group, help: "what the rate is multiplied by after every epoch",
                default: "0.95"
            ) { $0.options.decay = try $1.number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 } },
            Flag(
                "seed", metavar: "N", group: group, help: "another number draws other weights and batches", default: "1"
            ) { $0.options.seed = try $1.integer(in: 0...UInt64.max) },
            Flag(
                "seeds", metavar: "N", group: group,
                help: "train N models, with N seeds from --seed on, and tell the mean and the deviation", default: "1"
            ) { $0.options.seeds = try $1.positiveInteger(atMost: 1000) },
        ]
    }
}
