internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// `export --to python`.
enum PythonExport {
    /// Arrays of more numbers are written in base64: nobody reads them, and decimals would be twice as long.
    private static let mostReadable = 64

    /// A Python module with the function `transform`.
    static func module(_ transform: FittedTransform, by program: String) -> String {
        let recipe = transform.recipe
        let features = transform.input.features
        var constants: [String] = []
        var steps: [String] = []
        var needsBase64 = false
        func constant(_ name: String, _ values: [Double], rows: Int? = nil) {
            var text: String
            if rows == nil, let first = values.first, values.allSatisfy({ $0 == first }) {
                text = number(first)
            } else if values.count == features, let channels = transform.input.channels,
                let few = values.perChannel(channels)
            {
                text = "np.\(channels.isInterleaved ? "tile" : "repeat")(\(list(few)), \(channels.pixels))"
            } else if values.count <= mostReadable {
                text = "np.array(\(wrapped(values)))"
            } else {
                needsBase64 = true
                text = "_array(\"\"\"\n\(base64(littleEndianBytes(values), line: 100))\"\"\")"
            }
            if let rows { text += ".reshape(\(rows), \(features))" }
            constants.append("\(name) = \(text)")
        }

        if let fill = transform.fill, transform.input.scalar != .uint8 {
            constant("MISSING", fill)
            steps.append("y = np.where(np.isnan(y), MISSING, y)")
        }
        if recipe.perSample != .none {
            if recipe.divideBy != 1 { steps.append("y = y / \(number(recipe.divideBy))") }
            steps.append("y = y - y.mean(axis=1, keepdims=True)")
            if recipe.perSample == .standardize {
                steps.append("y = y / np.maximum(y.std(axis=1, keepdims=True), 1 / np.sqrt(\(features)))")
            }
        }
        let subtract = transform.subtract.map { $0 * transform.constant }
        let divide = transform.divide.map { $0 * transform.constant }
        if subtract.contains(where: { $0 != 0 }) {
            constant("SUBTRACT", subtract)
            steps.append("y = y - SUBTRACT")
        }
        if divide.contains(where: { $0 != 1 }) {
            constant("DIVIDE", divide)
            steps.append("y = y / DIVIDE")
        }
        if let principal = transform.principal {
            constant("COMPONENTS", principal.components.elements, rows: principal.count)
            steps.append("y = y @ COMPONENTS.T")
            if recipe.whiten != .none {
                constant("EXPLAINED_VARIANCE", principal.explainedVariance)
                steps.append("y = y / np.sqrt(EXPLAINED_VARIANCE + \(number(recipe.epsilon)))")
            }
            if recipe.whiten == .zca { steps.append("y = y @ COMPONENTS") }
        }
        if let names = transform.input.featureNames {
            constants.insert(
                "# The columns of x, in this order.\nFEATURES = [\n"
                    + names.map { "    \(quoted($0)),\n" }.joined() + "]", at: 0)
        }
        return text(transform, constants, steps, needsBase64: needsBase64, by: program)
    }

    private static func text(
        _ transform: FittedTransform, _ constants: [String], _ steps: [String], needsBase64: Bool, by program: String
    ) -> String {
        let sources = transform.fittedOn.sources.map { quoted($0.name) }.joined(separator: ", ")
        let decoder = """



            def _array(text):
                return np.frombuffer(base64.b64decode(text), dtype="<f8")

            """
        return """
            # Written by \(program).
            # Fitted on \(transform.fittedOn.samples) rows\(sources.isEmpty ? "" : " of ")\(sources).
            \(needsBase64 ? "import base64\n\n" : "")import numpy as np\(needsBase64 ? decoder : "")\(constants.isEmpty ? "" : "\n\n")\(constants.joined(separator: "\n"))


            def transform(x, dtype=np.float32):
                \"""The preprocessing of N rows of \(transform.input.shape.map(String.init).joined(separator: " x ")) \
            values, as N rows of \(transform.outputs()).\"""
                y = np.asarray(x, dtype=np.float64).reshape(-1, \(transform.input.features))
                \((steps + ["return y.astype(dtype)"]).joined(separator: "\n    "))

            """
    }

    /// `[0.5, 1e-05]`: every number reads back to the same bits.
    static func list(_ values: [Double]) -> String {
        "[\(values.map(number).joined(separator: ", "))]"
    }

    static func number(_ value: Double) -> String {
        var text: [UInt8] = []
        DecimalText.append(value, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// A list over lines of four numbers.
    private static func wrapped(_ values: [Double]) -> String {
        guard values.count > 4 else { return list(values) }
        let lines = stride(from: 0, to: values.count, by: 4).map { start in
            "    " + values[start..<min(start + 4, values.count)].map(number).joined(separator: ", ") + ",\n"
        }
        return "[\n" + lines.joined() + "]"
    }

    /// A string as Python and JSON both write it, on one line.
    static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).formatted().dropLast(), as: UTF8.self)
    }
}
