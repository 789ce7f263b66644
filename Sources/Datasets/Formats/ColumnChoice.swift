/// Columns of a table as a person names them: `age`, `3`, `x1..x9`, `2-5`, `pixel*`, several of them with commas between.
public struct ColumnChoice: Sendable, Equatable {
    /// As it was given.
    public let text: String

    public init(_ text: String) { self.text = text }

    /// The columns that are meant, in their order in the file.
    /// - Parameters:
    ///   - names: of all columns; their numbers from 1 where there is no header.
    ///   - file: for messages.
    func columns(of names: [String], file: String) throws(DatasetError) -> [Int] {
        // A name may itself have a comma in it.
        if let column = names.firstIndex(of: text) { return [column] }
        var chosen: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let columns = Self.columns(String(item), of: names), !columns.isEmpty else {
                throw DatasetError(file, .noSuchColumn(String(item), columns: names))
            }
            chosen.formUnion(columns)
        }
        return chosen.sorted()
    }

    /// The columns that one item means: that of its name before all others.
    private static func columns(_ item: String, of names: [String]) -> [Int]? {
        if let column = column(item, of: names) { return [column] }
        if item.contains("*") || item.contains("?") {
            return names.indices.filter { matches(Array(names[$0]), Array(item)) }
        }
        for separator in ["..", "-"] {
            guard let place = item.firstRange(of: separator), let first = column(item[..<place.lowerBound], of: names),
                let last = column(item[place.upperBound...], of: names), first <= last
            else { continue }
            return Array(first...last)
        }
        return nil
    }

    private static func column(_ item: some StringProtocol, of names: [String]) -> Int? {
        if let column = names.firstIndex(of: String(item)) { return column }
        return Int(item).flatMap { names.indices.contains($0 - 1) ? $0 - 1 : nil }
    }

    /// Whether a pattern with `*`, any text, and `?`, any character, is of all of a name.
    private static func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
        var (i, j) = (0, 0)
        // Where the last star is, and how much it stands for so far: only the last one ever has to take more.
        var star: (pattern: Int, name: Int)?
        while i < name.count {
            if j < pattern.count, pattern[j] == "*" {
                star = (j, i)
                j += 1
            } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
                (i, j) = (i + 1, j + 1)
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (i, j) = (last.name + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[j...].allSatisfy { $0 == "*" }
    }
}
