/// `string` as text or attribute of XML and HTML; a character that XML does not allow becomes U+FFFD.
/// - Parameter keepsLines: whether ends of lines stay, else they are spaces.
func escaped(_ string: String, keepsLines: Bool = false) -> String {
    var result = ""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\n" where keepsLines: result += "\n"
        case "\t", "\n", "\r": result += " "
        case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
