import Datasets

/// What `inspect` says, as text for people and as JSON for programs.
struct Report {
    var name: String
    /// A name and a value a line, aligned.
    var lines: [(name: String, value: String)] = []
    /// Ready lines under those, such as a chart.
    var chart: [String] = []
    /// A table under all of that, the head first.
    var table: [[String]] = []
    var json: [JSONMember] = []

    func rendered(asJSON: Bool) -> String {
        if asJSON { return String(decoding: JSONValue.object(json).formatted(), as: UTF8.self) }
        let width = (lines.map(\.name.count).max() ?? 0) + 2
        var text = name + "\n"
        for line in lines { text += "  " + padded(line.name, width) + line.value + "\n" }
        if !chart.isEmpty { text += "\n" + chart.map { "  \($0)\n" }.joined() }
        return table.isEmpty ? text : text + "\n" + Self.aligned(table, indent: "  ")
    }

    /// A table as lines; its first row is the head. Names are aligned to the left, numbers to the right.
    static func aligned(_ table: [[String]], indent: String = "") -> String {
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max()! }
        return table.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }
            return indent + cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
