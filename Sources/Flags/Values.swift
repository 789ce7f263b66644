// What options make of their values. Each reads the whole word, knows no locale, and says what it expected.

extension String {
    /// A whole number from 1 to `limit`.
    package func positiveInteger(atMost limit: Int = .max) throws(FlagError) -> Int {
        try integer(in: 1...limit)
    }

    /// A whole number within bounds, in decimal digits.
    package func integer<Value: FixedWidthInteger>(in bounds: ClosedRange<Value>) throws(FlagError) -> Value {
        let digits = hasPrefix("-") ? dropFirst() : self[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit), let value = Value(self), bounds.contains(value) else {
            let range =
                switch (bounds.lowerBound, bounds.upperBound) {
                case (.min, .max) where Value.isSigned: ""
                case (let low, .max): " of at least \(low)"
                case (.min, let high) where Value.isSigned: " of at most \(high)"
                case (let low, let high): " from \(low) to \(high)"
                }
            throw FlagError("expected a whole number\(range)")
        }
        return value
    }

    /// A finite number, in decimal notation.
    package func number() throws(FlagError) -> Double {
        try number("a finite number") { _ in true }
    }

    package func nonNegativeNumber() throws(FlagError) -> Double {
        try number("a finite number of at least 0") { $0 >= 0 }
    }

    package func positiveNumber() throws(FlagError) -> Double {
        try number("a finite number above 0") { $0 > 0 }
    }

    /// A finite number that passes `isAccepted`; `expectation` completes "expected ...".
    package func number(_ expectation: String, where isAccepted: (Double) -> Bool) throws(FlagError) -> Double {
        guard let value = decimal, isAccepted(value) else { throw FlagError("expected \(expectation)") }
        return value
    }

    /// `LO,HI`: two finite numbers, the first below the second.
    package func pair() throws(FlagError) -> (low: Double, high: Double) {
        let parts = split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let low = parts[0].decimal, let high = parts[1].decimal, low < high,
            (high - low).isFinite
        else {
            throw FlagError("expected two numbers LO,HI, the first below the second, such as 0,1 or -1,1")
        }
        return (low, high)
    }

    /// `A,B,C`: one or more values, each read by `read`.
    package func list<Value, Refusal>(
        separatedBy separator: Character = ",", of read: (String) throws(Refusal) -> Value
    ) throws(Refusal) -> [Value] {
        var values: [Value] = []
        for part in split(separator: separator, omittingEmptySubsequences: false) {
            values.append(try read(String(part)))
        }
        return values
    }

    /// The case of an enumeration that has this name.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(
        of type: Value.Type
    ) throws(FlagError) -> Value {
        try choice(among: Array(type.allCases))
    }

    /// The one of some cases of an enumeration that has this name.
    package func choice<Value: RawRepresentable<String>>(among values: [Value]) throws(FlagError) -> Value {
        guard let value = values.first(where: { $0.rawValue == self }) else {
            throw .notAChoice(of: values.map(\.rawValue))
        }
        return value
    }

    /// A file's name: anything but nothing.
    package func path() throws(FlagError) -> String {
        guard !isEmpty else { throw FlagError("expected a file name") }
        return self
    }
}

extension StringProtocol {
    /// The number that this is as a whole: digits, at most one point, perhaps a sign and an exponent.
    fileprivate var decimal: Double? {
        guard isDecimal, let value = Double(String(self)), value.isFinite else { return nil }
        return value
    }

    /// Whether the whole text is `[+-] digits [. digits] [e [+-] digits]`, with a digit on one side of the point.
    var isDecimal: Bool {
        var rest = Array(utf8)[...]
        func skipSign() {
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        }
        func skipDigits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest.removeFirst(count)
            return count
        }
        skipSign()
        var count = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            count += skipDigits()
        }
        guard count > 0 else { return false }
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest.removeFirst()
            skipSign()
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
