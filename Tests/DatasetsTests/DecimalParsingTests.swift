import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct DecimalParsingTests {
    // MARK: - Grammar

    @Test(
        arguments: [
            ("0", 0), ("-0", -0.0), ("+0", 0), ("00", 0), ("1", 1), ("+1", 1), ("-1", -1), ("007", 7), ("1.", 1),
            (".5", 0.5),
            ("-.5", -0.5), ("1.5", 1.5), ("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("1e-3", 0.001), ("1.e1", 10),
            (".5e1", 5), ("1e0000000000000000000000000003", 1000), ("12345678", 12_345_678), ("1234567.8", 1_234_567.8),
            ("0e999999999999999999999", 0), ("1e-999999999999999999999", 0), ("18446744073709551615", 0x1p64),
            ("18446744073709551616", 0x1p64), ("9999999999999999999", 1e19),
        ] as [(String, Double)])
    func accepted(text: String, value: Double) {
        let parsed = parse(text)
        #expect(parsed?.bitPattern == value.bitPattern, "\(text) gave \(String(describing: parsed))")
    }

    @Test(arguments: [
        "", " ", "+", "-", ".", "-.", "e", "e5", ".e5", "+.e5", "1e", "1e+", "1e-", "1e+-3", "--1", "+-1", "1-", "1+",
        "1 ",
        " 1", "1.2.3", "1..2", "1,5", "1_000", "0x1p3", "0x10", "inf", "-inf", "infinity", "nan", "NaN", "NA", "1f",
        "1d",
        "1e5.5", "1e5e5", "1\0", "\0", "١", "1²", "12345678x", "1234567x", "x2345678", "1.12345678x", "−1", "½",
    ])
    func refused(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func everyOtherByteEndsANumber() {
        for byte in UInt8.min...UInt8.max where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            // At every place of a block of eight.
            for place in 0..<10 {
                var text = Array("9876543210".utf8)
                text.insert(byte, at: place)
                text += Array("00000000".utf8)
                if place > 0 {
                    let isPoint = byte == UInt8(ascii: ".")
                    let isExponent = byte | 0x20 == UInt8(ascii: "e")
                    let prefix = DecimalText.parsePrefix(text.span, from: 0)
                    if !isPoint && !isExponent {
                        #expect(prefix?.end == place)
                        #expect(prefix?.value == Double("9876543210".prefix(place)))
                    } else {
                        #expect(prefix?.end == text.count)
                    }
                } else if ![UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte) {
                    #expect(DecimalText.parsePrefix(text.span, from: 0) == nil)
                }
            }
        }
    }

    @Test(
        arguments: [
            ("1e", 1, 1), ("1e+", 1, 1), ("1.e", 2, 1), ("1.5,2", 3, 1.5), ("1.5 ", 3, 1.5), ("-2]", 2, -2),
            ("1.2.3", 3, 1.2),
            ("0x10", 1, 0), ("1eX", 1, 1),
        ] as [(String, Int, Double)])
    func prefixEndsWhereTheNumberDoes(text: String, end: Int, value: Double) {
        #expect(DecimalText.parsePrefix(Array(text.utf8).span, from: 0) == DecimalText.Prefix(value: value, end: end))
        // The same behind other text.
        let shifted = Array(("x1" + text).utf8)
        #expect(DecimalText.parsePrefix(shifted.span, from: 2) == DecimalText.Prefix(value: value, end: end + 2))
    }

    @Test func prefixAtTheEndOfTheTextIsNoNumber() {
        #expect(DecimalText.parsePrefix(Array("12".utf8).span, from: 2) == nil)
    }

    @Test(arguments: ["0", "-0", "10", "0.5", "-1.5e-7", "1E+2", "0e1", "1.0"])
    func jsonNumbers(text: String) {
        #expect(parse(text, .json) == Double(text))
    }

    @Test(arguments: ["+1", "01", "-01", "00", "1.", "1.e5", ".5", "-.5", "-", "1e", "0x1", "00.5"])
    func spellingsThatJSONDoesNotHave(text: String) {
        #expect(parse(text, .json) == nil)
    }

    // MARK: - Values

    @Test(arguments: hardCases)
    func hardCase(text: String) {
        expectNearest(text)
    }

    @Test(
        arguments: [
            ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
            ("1.7976931348623158e308", .greatestFiniteMagnitude),
            ("1.797693134862315807e308", .greatestFiniteMagnitude), ("1.797693134862315808e308", .infinity),
            ("1.7976931348623159e308", .infinity), ("1e309", .infinity), ("1e999999999999999999999", .infinity),
            ("-1e400", -.infinity), ("4.9406564584124654e-324", .leastNonzeroMagnitude), ("2.4703282292062327e-324", 0),
            ("2.4703282292062328e-324", .leastNonzeroMagnitude), ("-1e-400", -0.0),
            ("2.2250738585072014e-308", .leastNormalMagnitude),
            ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
            ("9007199254740993", 9_007_199_254_740_992),
            ("9007199254740995", 9_007_199_254_740_996), ("1e23", 1e23), ("8.5e22", 8.5e22),
        ] as [(String, Double)])
    func limit(text: String, value: Double) {
        let parsed = parse(text)
        #expect(parsed?.bitPattern == value.bitPattern, "\(text) gave \(String(describing: parsed))")
    }

    @Test func everyPowerOfTenAndItsNeighbours() {
        for exponent in -350...320 {
            for significand in ["1", "9", "9999999999999999", "1000000000000000000", "9999999999999999999", "17", "5"] {
                expectNearest("\(significand)e\(exponent)")
            }
        }
    }

    @Test func everyPowerOfTwoAndItsNeighbours() {
        for exponent in -1074...1023 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            for value in [power.nextDown, power, power.nextUp] {
                expectParses(value.description, value)
                expectParses(String(format: "%.17g", value), value)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomBitPatterns(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<5_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            expectParses(value.description, value, seed)
            expectParses(String(format: "%.17g", value), value, seed)
            expectNearest(String(format: "%.\(random.next() % 40)e", value), seed)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomSubnormals(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next() >> (12 + random.next() % 52))
            expectParses(value.description, value, seed)
            expectParses(String(format: "%.17g", value), value, seed)
            expectNearest(String(format: "%.\(random.next() % 30)e", value), seed)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomDigits(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<10_000 {
            var text = ""
            let count = 1 + Int(random.next() % (random.next() % 8 == 0 ? 60 : 22))
            let point = Int(random.next() % UInt64(count + 2))
            for index in 0..<count {
                if index == point { text += "." }
                text += "\(random.next() % 10)"
            }
            if random.next() % 4 != 0 { text += "e\(Int(random.next() % 700) - 360)" }
            expectNearest(text, seed)
        }
    }

    /// The points halfway between two doubles, written exactly, with the last digit one up and one down, and with digits
    /// far behind.
    @Test(arguments: [1, 2] as [UInt64])
    func halfway(seed: UInt64) {
        var random = SeededRandom(seed)
        let limits: [UInt64] = [
            0, 1, Double.leastNormalMagnitude.nextDown.bitPattern, Double.leastNormalMagnitude.bitPattern,
            Double.greatestFiniteMagnitude.nextDown.bitPattern, Double.greatestFiniteMagnitude.bitPattern,
        ]
        for index in 0..<600 {
            let bits: UInt64
            switch index % 3 {
            case 0 where index < limits.count * 3: bits = limits[index / 3]
            case 0: bits = random.next() & 0x7FFF_FFFF_FFFF_FFFF
            case 1: bits = random.next() >> (12 + random.next() % 52)
            default: bits = (1000 + random.next() % 64) << 52 | random.next() >> 12
            }
            let below = Double(bitPattern: bits)
            guard below.isFinite else { continue }
            let even = bits & 1 == 0 ? below : below.nextUp
            let digits = exactHalfway(above: below)
            expectParses(digits.text(), even, seed)
            expectParses(digits.text(adding: 1), below.nextUp, seed)
            expectParses(digits.text(adding: -1), below, seed)
            let zeros = String(repeating: "0", count: Int(random.next() % 900))
            expectParses(digits.text(tail: zeros), even, seed)
            expectParses(digits.text(tail: zeros + "1"), below.nextUp, seed)
        }
    }

    @Test func tenThousandDigits() {
        let zeros = String(repeating: "0", count: 10_000)
        let nines = String(repeating: "9", count: 10_000)
        expectParses("1.5" + zeros, 1.5)
        expectParses("1" + zeros + "e-10000", 1)
        expectParses("0." + zeros + "1e10001", 1)
        expectParses("0." + zeros + "125e10000", 0.125)
        expectParses(zeros + "." + zeros, 0)
        expectParses(zeros + "7." + zeros, 7)
        expectParses("0." + nines, 1)
        expectParses("1" + zeros, .infinity)
        expectParses("0." + zeros + "1", 0)
        expectParses("9007199254740993." + zeros, 9_007_199_254_740_992)
        expectParses("9007199254740993." + zeros + "1", 9_007_199_254_740_994)
        expectParses("9007199254740992." + nines, 9_007_199_254_740_992)
    }

    @Test func everyLengthOfDigits() {
        for count in 1...60 {
            let digits = String(String(repeating: "1234567890", count: 6).prefix(count))
            for point in 0...count {
                let text = digits.prefix(point) + "." + digits.dropFirst(point)
                expectNearest(String(text))
                // Not at the end of the buffer, where blocks of eight bytes can be read.
                let prefix = DecimalText.parsePrefix(Array((text + ",987654321").utf8).span, from: 0)
                #expect(prefix == DecimalText.Prefix(value: Double(String("0" + text))!, end: text.utf8.count))
            }
        }
    }

    /// A locale with a decimal comma changes nothing. Where none is installed this repeats other tests.
    @Test func localeDoesNotMatter() async {
        await #expect(processExitsWith: .success) {
            for name in ["de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"] where unsafe setlocale(LC_ALL, name) != nil {
                break
            }
            precondition(DecimalText.parse(Array("1.5".utf8).span) == 1.5)
            precondition(DecimalText.parse(Array("1,5".utf8).span) == nil)
            precondition(DecimalText.parse(Array("9007199254740993.00000000000000000001".utf8).span) == 0x1p53 + 2)
        }
    }

    // MARK: - The table

    @Test func powersOfFive() {
        #expect(DecimalPowers.powersOfFive.count == 667)
        #expect(DecimalPowers.leading(0) == 1 << 127)
        #expect(DecimalPowers.leading(1) == 5 << 125)
        #expect(DecimalPowers.leading(55) == 55.fifths)
        // From the table in fast_float: the first, the last, and around the changes of rounding.
        #expect(DecimalPowers.leading(-342) == 0xEEF4_53D6_923B_D65A_113F_AA29_06A1_3B3F)
        #expect(DecimalPowers.leading(308) == 0x8E67_9C2F_5E44_FF8F_570F_09EA_A7EA_7648)
        #expect(DecimalPowers.leading(-1) == 0xCCCC_CCCC_CCCC_CCCC_CCCC_CCCC_CCCC_CCCD)
        #expect(DecimalPowers.leading(-2) == 0xA3D7_0A3D_70A3_D70A_3D70_A3D7_0A3D_70A4)
    }
}

// MARK: - Expectations

private func parse(_ text: String, _ grammar: DecimalText.Grammar = .field) -> Double? {
    DecimalText.parse(Array(text.utf8).span, grammar)
}

private func expectParses(
    _ text: String, _ value: Double, _ seed: UInt64? = nil, _ place: SourceLocation = #_sourceLocation
) {
    let parsed = parse(text)
    if parsed?.bitPattern != value.bitPattern {
        Issue.record(
            "\(text) gave \(String(describing: parsed)), not \(value); seed \(String(describing: seed))",
            sourceLocation: place)
    }
}

/// Compares with the C library, which rounds correctly.
private func expectNearest(_ text: String, _ seed: UInt64? = nil, _ place: SourceLocation = #_sourceLocation) {
    expectParses(text, unsafe strtod(text, nil), seed, place)
}

extension Int {
    /// 5 to this power, for powers below 2^128
    fileprivate var fifths: UInt128 { (0..<self).reduce(1) { power, _ in power * 5 } }
}

// MARK: - Exact decimals

/// digits · 10^exponent, the digits most significant first
private struct ExactDecimal {
    var digits: [UInt8]
    var exponent: Int

    func text(adding change: Int = 0, tail: String = "") -> String {
        var digits = digits
        var last = digits.count - 1
        if change < 0 {
            while digits[last] == 0 {
                digits[last] = 9
                last -= 1
            }
            digits[last] -= 1
        } else if change > 0 {
            while digits[last] == 9 {
                digits[last] = 0
                last -= 1
            }
            digits[last] += 1
        }
        return digits.map(String.init).joined() + tail + "e\(exponent - tail.utf8.count)"
    }
}

/// The number halfway between `below` and the next double, by schoolbook arithmetic on decimal digits.
private func exactHalfway(above below: Double) -> ExactDecimal {
    let field = Int(below.exponentBitPattern)
    let significand = below.significandBitPattern + (field == 0 ? 0 : 1 << 52)
    var power = max(field, 1) - 1075 - 1
    // Least significant digit first.
    var digits = String(2 * significand + 1).utf8.reversed().map { Int($0) - 48 }
    func multiply(by factor: Int) {
        var carry = 0
        for index in digits.indices {
            carry += digits[index] * factor
            digits[index] = carry % 10
            carry /= 10
        }
        while carry > 0 {
            digits.append(carry % 10)
            carry /= 10
        }
    }
    var exponent = 0
    while power < 0 {  // halve: times five, over ten
        let step = min(-power, 20)
        multiply(by: (0..<step).reduce(1) { value, _ in value * 5 })
        power += step
        exponent -= step
    }
    while power > 0 {
        let step = min(power, 40)
        multiply(by: 1 << step)
        power -= step
    }
    return ExactDecimal(digits: digits.reversed().map(UInt8.init), exponent: exponent)
}

private let hardCases: [String] = [
    "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "1.7976931348623158e308", "5e-324",
    "2.4703282292062327e-324", "9007199254740993", "9007199254740991", "9007199254740992.5", "9007199254740993.5",
    "0.500000000000000166533453693773481063544750213623046875", "3.518437208883201171875e13",
    "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565", "6.02214076e23",
    "1.2980742146337069e33", "5.0216813883093451685872615018317e-42", "3.571e266", "3.08984926168550152811e-32",
    "1e-5000", "1e5000",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e80",
]
