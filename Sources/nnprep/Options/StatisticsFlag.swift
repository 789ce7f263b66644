import Datasets
import Flags
import Preprocessing

protocol HasStatistics: SendableMetatype {
    var statistics: String { get set }
}

extension Flag where Arguments: HasStatistics {
    static var statistics: Flag {
        Flag(
            "stats", metavar: "FILE", group: "Transform", help: "what fit has written; - is standard input",
            completion: .file(extensions: ["json"]), required: true
        ) { (arguments, text) throws(FlagError) in arguments.statistics = try text.path() }
    }
}
