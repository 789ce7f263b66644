public import Datasets
internal import LinearAlgebra
internal import Threads
public import Words

/// The statistics file: a fitted transform as JSON. The layout is the project's design, section 4.
public enum StatisticsFile {
    static let format = "nnprep.stats"
    static let version = 1

    /// - Parameter program: name and version of the program that writes.
    public static func write(
        _ transform: FittedTransform, by program: String, to sink: borrowing ByteSink
    ) throws(DatasetError) {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", .string(format))
        json.member("version", .number(Double(version)))
        json.member("created_by", .string(program))
        json.member("input", transform.input.json)
        json.member("fitted_on", value(of: transform.fittedOn))
        json.member("recipe", value(of: transform.recipe))
        json.member("statistics", value(of: transform.statistics))
        json.member(
            "transform",
            .object([
                JSONMember("subtract", numbers(transform.subtract)), JSONMember("divide", numbers(transform.divide)),
            ]))
        if let principal = transform.principal {
            json.key("pca")
            json.beginObject()
            json.member("solver", .string(principal.solver.rawValue))
            json.member("rank", principal.rank.map { .number(Double($0)) } ?? .null)
            json.member("total_variance", .number(principal.totalVariance))
            json.member("explained_variance", numbers(principal.explainedVariance))
            json.member("explained_variance_ratio", numbers(principal.explainedVarianceRatio))
            json.key("components")
            json.beginArray()
            // The components are most of the file: threads make their text, some rows each time, and they go out as they
            // are written.
            let elements = principal.components.elements
            let columns = principal.components.columns
            let rowsAtOnce = max(1, computingThreads * (1 << 16) / columns)
            for first in stride(from: 0, to: principal.count, by: rowsAtOnce) {
                let texts = concurrently(min(rowsAtOnce, principal.count - first)) { row in
                    let start = (first + row) * columns
                    return JSONWriter.text(of: elements.span.extracting(start..<start + columns))
                }
                for text in texts {
                    json.numbers(text: text.span)
                    try json.drain(atLeast: 1 << 16) { (text) throws(DatasetError) in try sink.write(text) }
                }
            }
            json.endArray()
            json.endObject()
        } else {
            json.member("pca", .null)
        }
        json.endObject()
        try json.finish { (text) throws(DatasetError) in try sink.write(text) }
    }

    static func numbers(_ values: [Double]) -> JSONValue {
        values.isEmpty ? .array([]) : .numbers(values)
    }

    /// Null where a value is not finite.
    private static func finite(_ values: [Double]) -> JSONValue {
        values.allSatisfy(\.isFinite) ? numbers(values) : .array(values.map(JSONValue.finite))
    }

    private static func numbers(_ values: [Int]) -> JSONValue { numbers(values.map(Double.init)) }

    private static func value(of provenance: FittedTransform.Provenance) -> JSONValue {
        .object([
            JSONMember("samples", .number(Double(provenance.samples))),
            JSONMember("sources", .array(provenance.sources.map(\.json))),
        ])
    }

    private static func value(of recipe: Recipe) -> JSONValue {
        let components: JSONValue =
            switch recipe.components {
            case nil: .null
            case .count(let count): .number(Double(count))
            case .fraction(let share): .number(share)
            case .all: .string("all")
            }
        var members = [
            JSONMember("divide_by", .number(recipe.divideBy)),
            JSONMember("per_sample", .string(recipe.perSample.rawValue)),
            JSONMember("center", .string(recipe.center.rawValue)),
            JSONMember("scale", .string(recipe.scale.rawValue)),
            JSONMember("scale_per", .string(recipe.scalePer.rawValue)),
            JSONMember("range", numbers([recipe.range.low, recipe.range.high])),
            JSONMember("ddof", .number(Double(recipe.ddof))),
            JSONMember("pca", components),
            JSONMember("whiten", .string(recipe.whiten.rawValue)),
            JSONMember("epsilon", .number(recipe.epsilon)),
            JSONMember("solver", .string(recipe.solver.rawValue)),
        ]
        if let share = recipe.relativeEpsilon { members.append(JSONMember("relative_epsilon", .number(share))) }
        return .object(members)
    }

    private static func value(of statistics: Statistics) -> JSONValue {
        var members = [
            JSONMember("mean", finite(statistics.mean)),
            JSONMember("std", finite(statistics.std)),
            JSONMember("min", numbers(statistics.min)),
            JSONMember("max", numbers(statistics.max)),
            JSONMember("global_mean", .finite(statistics.globalMean)),
            JSONMember("global_std", .finite(statistics.globalStd)),
            JSONMember("channel_mean", statistics.channelMean.map(finite) ?? .null),
            JSONMember("channel_std", statistics.channelStd.map(finite) ?? .null),
            JSONMember("constant_features", numbers(statistics.constantFeatures)),
        ]
        if let missing = statistics.missing { members.append(JSONMember("missing", numbers(missing))) }
        return .object(members)
    }
}

extension StatisticsFile {
    /// Reads a statistics file and checks that it is whole.
    /// - Parameter name: the file's name, for messages.
    public static func read(_ text: [UInt8], name: String) throws(StatisticsError) -> FittedTransform {
        let problem: StatisticsError.Problem
        do throws(JSONError) {
            let root = JSONView(try JSONValue(parsing: text.span, threads: computingThreads))
            if try root.optional("format")?.value != .string(format) {
                problem = .anotherFile
            } else {
                let version = try root.require("version").integer(in: 1...Int.max)
                guard version > self.version else { return try transform(root) }
                problem = .newerVersion(version)
            }
        } catch {
            problem = .json(error)
        }
        throw StatisticsError(file: name, problem: problem)
    }

    private static func transform(_ root: JSONView) throws(JSONError) -> FittedTransform {
        let input = try DatasetDescription(root.require("input"))
        let features = input.features
        let map = try root.require("transform")
        let pca = try root.require("pca")
        let recipe = try recipe(root.require("recipe"))
        let transform = FittedTransform(
            input: input, fittedOn: try provenance(root.require("fitted_on")), recipe: recipe,
            statistics: try statistics(root.require("statistics"), input),
            subtract: try map.require("subtract").numbers(count: features),
            divide: try divisors(map.require("divide"), count: features),
            principal: pca.value == .null ? nil : try principal(pca, features: features, recipe))
        if let j = transform.firstOutOfRange {
            throw map.error("with divide_by, the values of feature \(j + 1) are beyond the range of doubles")
        }
        return transform
    }

    private static func provenance(_ json: JSONView) throws(JSONError) -> FittedTransform.Provenance {
        var sources: [FittedTransform.Source] = []
        for source in try json.require("sources").items() { sources.append(try .init(source)) }
        let samples = try json.require("samples").integer(in: 1...Int.max)
        return .init(samples: samples, sources: sources)
    }

    private static func recipe(_ json: JSONView) throws(JSONError) -> Recipe {
        var recipe = Recipe()
        recipe.divideBy = try positive(json.require("divide_by"))
        recipe.perSample = try json.require("per_sample").choice()
        recipe.center = try json.require("center").choice()
        recipe.scale = try json.require("scale").choice()
        recipe.scalePer = try json.require("scale_per").choice()
        let range = try json.require("range").numbers(count: 2)
        recipe.range = .init(low: range[0], high: range[1])
        recipe.ddof = try json.require("ddof").integer(in: 0...1)
        recipe.components = try json.value(of: "pca", components)
        recipe.whiten = try json.require("whiten").choice()
        recipe.epsilon = try notNegative(json.require("epsilon"))
        recipe.relativeEpsilon = try json.optional("relative_epsilon").map(positive)
        recipe.solver = try json.require("solver").choice()
        return recipe
    }

    private static func components(_ json: JSONView) throws(JSONError) -> Recipe.ComponentCount {
        if json.value == .string("all") { return .all }
        let number = try json.double()
        if number > 0, number < 1 { return .fraction(number) }
        return .count(try json.integer(in: 1...Int(Int32.max)))
    }

    private static func statistics(_ json: JSONView, _ input: DatasetDescription) throws(JSONError) -> Statistics {
        let features = input.features
        func channels(_ key: String) throws(JSONError) -> [Double]? {
            let values = try json.require(key)
            guard let channels = input.channels else {
                guard values.value == .null else { throw values.error("expected null, as the rows have no channels") }
                return nil
            }
            return try finite(values, count: channels.count)
        }
        func global(_ key: String) throws(JSONError) -> Double {
            try json.value(of: key) { json throws(JSONError) in try json.double() } ?? .infinity
        }
        let mean = try finite(json.require("mean"), count: features)
        let missing = try json.optional("missing")?.integers(in: 0...Int.max, count: features)
        if missing != nil, !mean.allSatisfy(\.isFinite) {
            throw try json.require("mean").error("expected numbers, as missing values take them")
        }
        return Statistics(
            mean: mean, std: try notNegative(json.require("std"), finite(json.require("std"), count: features)),
            min: try json.require("min").numbers(count: features),
            max: try json.require("max").numbers(count: features),
            globalMean: try global("global_mean"),
            globalStd: try notNegative(json.require("global_std"), [global("global_std")])[0],
            channelMean: try channels("channel_mean"), channelStd: try channels("channel_std"),
            constantFeatures: try json.require("constant_features").integers(in: 0...features - 1),
            missing: missing)
    }

    /// Numbers, infinite where there is null.
    private static func finite(_ json: JSONView, count: Int) throws(JSONError) -> [Double] {
        if case .numbers = json.value { return try json.numbers(count: count) }
        var values: [Double] = []
        for item in try json.items(count: count) { values.append(item.value == .null ? .infinity : try item.double()) }
        return values
    }

    private static func principal(
        _ json: JSONView, features: Int, _ recipe: Recipe
    ) throws(JSONError) -> PrincipalComponents {
        let spectrum = try json.require("explained_variance")
        let variances = try notNegative(spectrum, spectrum.numbers())
        guard (1...features).contains(variances.count) else {
            throw spectrum.error("expected 1 to \(features) values, found \(variances.count)")
        }
        if recipe.whiten != .none, variances.contains(where: { recipe.whiteningDivisor($0) == 0 }) {
            throw spectrum.error("expected values above 0, as epsilon is 0")
        }
        let total = try json.require("total_variance")
        let sum = variances.reduce(0, +)
        // Rounding is much less.
        guard try total.double() >= sum * (1 - 1e-6) else {
            throw total.error("expected at least the sum of explained_variance, \(sum)")
        }
        _ = try json.require("explained_variance_ratio").numbers(count: variances.count)
        // Memory is taken for what has been read, not for what the spectrum promises.
        var elements: [Double] = []
        for row in try json.require("components").items(count: variances.count) {
            elements += try row.numbers(count: features)
        }
        return PrincipalComponents(
            solver: try json.require("solver").choice(),
            rank: try json.value(of: "rank") { json throws(JSONError) in try json.integer(in: 0...features) },
            totalVariance: try total.double(), explainedVariance: variances,
            components: Matrix(rows: variances.count, columns: features, elements: elements))
    }

    private static func notNegative(_ json: JSONView, _ numbers: [Double]) throws(JSONError) -> [Double] {
        if let negative = numbers.first(where: { $0 < 0 }) {
            throw json.error("expected values of at least 0, found \(negative)")
        }
        return numbers
    }

    private static func notNegative(_ json: JSONView) throws(JSONError) -> Double {
        let number = try json.double()
        guard number >= 0 else { throw json.error("expected a number of at least 0, found \(number)") }
        return number
    }

    private static func positive(_ json: JSONView) throws(JSONError) -> Double {
        let number = try json.double()
        guard number > 0 else { throw json.error("expected a number above 0, found \(number)") }
        return number
    }

    private static func divisors(_ json: JSONView, count: Int) throws(JSONError) -> [Double] {
        let divisors = try json.numbers(count: count)
        guard !divisors.contains(0) else { throw json.error("expected values other than 0") }
        return divisors
    }
}

extension JSONView {
    /// What `read` makes of a member that must be there, or nil where it is null.
    fileprivate func value<Value>(
        of key: String, _ read: (JSONView) throws(JSONError) -> Value
    ) throws(JSONError) -> Value? {
        let member = try require(key)
        return member.value == .null ? nil : try read(member)
    }
}

/// What is wrong with a file that should be statistics.
public struct StatisticsError: ExplainedError, Equatable {
    public let file: String
    public let problem: Problem

    public enum Problem: Equatable, Sendable {
        case json(JSONError)
        case anotherFile
        case newerVersion(Int)
    }
}

extension StatisticsError: CustomStringConvertible {
    public var description: String {
        switch problem {
        case .json(let error): "\(file): is not a statistics file: \(error)"
        case .anotherFile: "\(file): is JSON, but not a statistics file of nnprep"
        case .newerVersion(let version):
            "\(file): has version \(version) of the statistics format; this program reads version \(StatisticsFile.version)"
        }
    }

    public var hint: String? {
        switch problem {
        case .json, .anotherFile: "nnprep fit writes statistics files"
        case .newerVersion: "update nnprep"
        }
    }
}
