extension String {
    /// The word as it may be echoed to a terminal: whatever could move the cursor, hide or reorder text is written as
    /// an escape, and so is U+FFFD, which stands for bytes that are not UTF-8.
    package var visible: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{FFFD}": text += "\\u{FFFD}"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                    text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
                default:
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }

    /// The words of the text in lines of at most `width` characters; a longer word has a line of its own.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var length = 0
        for word in split(separator: " ") {
            let count = word.count
            if line.isEmpty {
                line = String(word)
                length = count
            } else if length + 1 + count <= width {
                line += " " + word
                length += 1 + count
            } else {
                lines.append(line)
                line = String(word)
                length = count
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// The text with every occurrence of these characters replaced: what quoting and escaping are made of.
    func replacing(_ table: [Character: String]) -> String {
        reduce(into: "") { $0 += table[$1] ?? String($1) }
    }

    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// "a", "a or b", "a, b or c".
func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}
