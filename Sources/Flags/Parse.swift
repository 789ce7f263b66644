extension CommandTable {
    /// Reads the words that follow the command's name.
    ///
    /// - `--name value`, `--name=value`; `-o value`, `-ovalue`, `-o=value`. What follows `=` may be empty.
    /// - A value that begins with '-' must be attached, unless it is '-' itself or a negative number.
    /// - An option that takes several values takes the words that follow it up to the next option; where no operand is left
    ///   then, the last of them is the operand.
    /// - `--` ends the options, which may otherwise follow operands; '-' is an operand.
    /// - `-h` or `--help` before `--` wins over everything else, errors included.
    ///
    /// What the options do is done in the order of the command line; what is missing, and options that have no effect
    /// beside the others, are looked for after that.
    package func parse(_ words: [String], into arguments: Arguments) throws(UsageError) -> Parsed<Arguments> {
        // No value can be one of these words, so that looking for them needs no parsing.
        if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "-h" || $0 == "--help" }) { return .help }
        var parser = Parser(table: self, arguments: arguments, rest: words[...])
        try parser.parse()
        return .run(parser.arguments)
    }
}

private struct Parser<Arguments> {
    let table: CommandTable<Arguments>
    var arguments: Arguments
    var rest: ArraySlice<String>
    var seen: Set<String> = []
    var operandCount = 0
    var firstExtra: String?
    /// Values of options that take several: the last that follows another is an operand, if there is no other.
    var several: [(value: String, flag: Flag<Arguments>, follows: Bool)] = []

    init(table: CommandTable<Arguments>, arguments: Arguments, rest: ArraySlice<String>) {
        self.table = table
        self.arguments = arguments
        self.rest = rest
    }

    mutating func parse() throws(UsageError) {
        var optionsEnded = false
        while let word = rest.popFirst() {
            if optionsEnded || word == "-" || !word.hasPrefix("-") {
                try takeOperand(word)
            } else if word == "--" {
                optionsEnded = true
            } else if word.hasPrefix("--") {
                try takeLong(word.dropFirst(2))
            } else {
                try takeShort(word.dropFirst())
            }
        }
        if operandCount == 0, table.operands != nil, let last = several.lastIndex(where: \.follows) {
            try takeOperand(several.remove(at: last).value)
        }
        for (value, flag, _) in several { try set(flag, value) }
        try checkNothingMissing()
    }

    /// `name` or `name=value`.
    private mutating func takeLong(_ text: Substring) throws(UsageError) {
        let (name, attached) = splitAtEquals(text)
        if let flag = table.flags.first(where: { $0.page.name == name }) {
            try take(flag, attached: attached)
        } else if name == "help" {
            throw error(.unexpectedValue(attached ?? "", option: "--help"))
        } else if let reason = table.misplaced[name] {
            throw error(.misplacedOption("--\(name)", reason: reason))
        } else {
            throw error(.unknownOption("--\(name)", suggestion: suggestion(name)))
        }
    }

    /// `o`, `ovalue` or `o=value`.
    private mutating func takeShort(_ text: Substring) throws(UsageError) {
        // '-output' is a slip, and not '-o' with the value 'utput'.
        let (name, _) = splitAtEquals(text)
        if name.count > 1, table.page.flags.contains(where: { $0.name == name }) {
            throw error(.unknownOption("-\(name)", suggestion: "--\(name)"))
        }
        let letter = text.unicodeScalars.first.map(Character.init)
        let rest = String(text.unicodeScalars.dropFirst())
        let attached = rest.unicodeScalars.first == "=" ? String(rest.unicodeScalars.dropFirst()) : rest
        if let flag = table.flags.first(where: { $0.page.short == letter }) {
            try take(flag, attached: rest.isEmpty ? nil : attached)
        } else if letter == "h" {
            throw error(.unexpectedValue(attached, option: "-h"))
        } else {
            throw error(.unknownOption("-\(name)", suggestion: name.count > 2 ? suggestion(name) : nil))
        }
    }

    private mutating func take(_ flag: Flag<Arguments>, attached: String?) throws(UsageError) {
        let page = flag.page
        guard seen.insert(page.name).inserted || page.isRepeatable else {
            throw error(.repeatedOption("--\(page.name)"))
        }
        switch flag.action {
        case .switched(let set):
            if let attached { throw error(.unexpectedValue(attached, option: "--\(page.name)")) }
            set(&arguments)
        case .valued:
            let value = if let attached { attached } else { try followingValue(of: page) }
            guard page.takesSeveral else { return try set(flag, value) }
            several.append((value, flag, follows: false))
            while attached == nil, let next = rest.first, next == "-" || !next.hasPrefix("-") {
                several.append((rest.removeFirst(), flag, follows: true))
            }
        }
    }

    private mutating func set(_ flag: Flag<Arguments>, _ value: String) throws(UsageError) {
        guard case .valued(let set) = flag.action else { return }
        do {
            try set(&arguments, value)
        } catch {
            throw refusal(error, of: value, by: flag.page.spelling)
        }
    }

    /// The next word, where it can be a value.
    private mutating func followingValue(of page: FlagPage) throws(UsageError) -> String {
        if let next = rest.first, next == "-" || !next.hasPrefix("-") || isNegativeNumber(next) {
            return rest.removeFirst()
        }
        let known = table.page.flags.flatMap(\.words) + ["--"]
        let next = rest.first.flatMap { word in known.contains { word == $0 || word.hasPrefix($0 + "=") } ? nil : word }
        throw error(.missingValue(option: page.spelling, next: next))
    }

    private mutating func takeOperand(_ word: String) throws(UsageError) {
        operandCount += 1
        guard let operands = table.operands, operandCount <= operands.page.maximum ?? .max else {
            firstExtra = firstExtra ?? word
            return
        }
        do {
            try operands.add(&arguments, word)
        } catch {
            throw refusal(error, of: word, by: operands.page.metavar)
        }
    }

    private mutating func checkNothingMissing() throws(UsageError) {
        if let firstExtra {
            let page = table.operands?.page
            throw error(
                .unexpectedOperand(firstExtra, metavar: page?.metavar ?? "", maximum: page?.maximum ?? 0))
        }
        if let missing = table.flags.first(where: { $0.page.isRequired && !seen.contains($0.page.name) }) {
            throw error(.missingOption(missing.page.spelling))
        }
        if operandCount == 0, let word = table.operands?.fallback(arguments) { try takeOperand(word) }
        if let page = table.operands?.page, operandCount < page.minimum {
            throw error(.missingOperands(page.metavar, minimum: page.minimum, given: operandCount))
        }
        for flag in table.flags where seen.contains(flag.page.name) {
            if let reason = flag.reasonAgainst(arguments) {
                throw error(.misplacedOption("--\(flag.page.name)", reason: reason))
            }
        }
    }

    private func refusal(_ refused: any Error, of value: String, by spelling: String) -> UsageError {
        switch refused as? FlagError ?? .invalid("\(refused)") {
        case .invalid(let reason):
            return error(.invalidValue(value, option: spelling, reason: reason))
        case .notAChoice(let choices):
            let name = String(spelling.prefix { $0 != " " })
            let near = nearest(to: value, among: choices)
            return error(.notAChoice(value, option: name, choices: choices, suggestion: near))
        }
    }

    private func suggestion(_ name: String) -> String? {
        nearest(to: name, among: table.page.flags.map(\.name)).map { "--\($0)" }
    }

    private func error(_ problem: UsageError.Problem) -> UsageError {
        UsageError(command: table.page.fullName, problem: problem)
    }
}

/// What stands before the first '=', and what after it. By code points: a mark that combines with the '=' is the
/// value's own.
private func splitAtEquals(_ text: Substring) -> (name: String, value: String?) {
    let scalars = text.unicodeScalars
    guard let mark = scalars.firstIndex(of: "=") else { return (String(text), nil) }
    return (String(scalars[..<mark]), String(scalars[mark...].dropFirst()))
}

/// Whether a word that begins with '-' is a number or a list of numbers (`-1,1`) and so can be a value.
private func isNegativeNumber(_ word: String) -> Bool {
    word.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(\.isDecimal)
}
