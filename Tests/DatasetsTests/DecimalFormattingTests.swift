import TestSupport
import Testing

@testable import Datasets

@Suite struct DecimalFormattingTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0.0"), (1, "1"), (-1, "-1"), (5, "5"), (10, "10"), (255, "255"), (-1000, "-1000"),
            (0.1, "0.1"), (-1.5, "-1.5"), (0.25, "0.25"), (100.5, "100.5"), (1.0 / 3, "0.3333333333333333"),
            (0.1 + 0.2, "0.30000000000000004"), (0.001, "0.001"), (0.0001, "0.0001"), (0.00012345, "0.00012345"),
            (0.00001, "1e-05"), (0.000012345, "1.2345e-05"), (-1e-10, "-1e-10"), (1e15, "1000000000000000"),
            (1_234_567_890_123_456, "1234567890123456"), (9_007_199_254_740_992, "9007199254740992"),
            (9_999_999_999_999_998, "9999999999999998"), (1e16, "1e+16"), (1.2e16, "1.2e+16"), (1e22, "1e+22"),
            (1e23, "1e+23"), (1e100, "1e+100"), (1.5e-200, "1.5e-200"), (123456.789e3, "123456789"),
            (.leastNonzeroMagnitude, "5e-324"), (.leastNormalMagnitude, "2.2250738585072014e-308"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (9.5, "9.5"),
            (0x1p-1022.nextDown, "2.225073858507201e-308"),
            (0x1p53, "9007199254740992"), (0x1p52, "4503599627370496"), (0x1.8p53, "1.3510798882111488e+16"),
            (14.62, "14.62"), (4.35, "4.35"), (2.0 / 3, "0.6666666666666666"),
        ] as [(Double, String)])
    func spelling(value: Double, text: String) {
        #expect(spell(value) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0.0"), (1, "1"), (0.1, "0.1"), (16_777_216, "16777216"), (33_554_432, "33554432"),
            (1e-5, "1e-05"), (3.4028235e38, "3.4028235e+38"), (.leastNonzeroMagnitude, "1e-45"),
            (.leastNormalMagnitude, "1.1754944e-38"), (1.0 / 3, "0.33333334"), (0.3, "0.3"),
        ] as [(Float, String)])
    func spellingOfSingles(value: Float, text: String) {
        var bytes: [UInt8] = []
        DecimalText.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        0, 1, -1, 9, 10, 99, 100, 12_345_678, 123_456_789, -100_000_000, Int.max, Int.min, 1_000_000_000_000,
    ])
    func integers(value: Int) {
        var bytes: [UInt8] = []
        DecimalText.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == value.description)
    }

    @Test func integersOfEveryLength() {
        var value = 1
        while value < Int.max / 10 {
            for near in [value - 1, value, value + 1, -value, value * 9] {
                var bytes: [UInt8] = []
                DecimalText.append(near, to: &bytes)
                #expect(String(decoding: bytes, as: UTF8.self) == near.description)
            }
            value *= 10
        }
    }

    @Test func everyPowerOfTwoAndItsNeighbours() {
        for exponent in -1074...1023 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            for value in [power.nextDown, power, power.nextUp] { expectShortest(value) }
        }
        for exponent in -149...127 {
            let power = Float(sign: .plus, exponent: exponent, significand: 1)
            for value in [power.nextDown, power, power.nextUp] { expectShortest(value) }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomBitPatterns(seed: UInt64) {
        var random = SeededRandom(seed)
        for index in 0..<5_000 {
            let bits = random.next()
            let value: Double
            switch index % 4 {
            case 0: value = Double(bitPattern: bits)
            case 1: value = Double(bitPattern: bits >> (12 + bits % 50))
            case 2: value = Double(bits % 1_000_000) / 1000
            default: value = Double(Int64(bitPattern: bits) >> Int64(random.next() % 63))
            }
            if value.isFinite { expectShortest(value, seed) }
            let single = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if single.isFinite { expectShortest(single, seed) }
        }
    }

    @Test func textIsAppended() {
        var bytes = Array("a,".utf8)
        DecimalText.append(-2.5, to: &bytes)
        DecimalText.append(7, to: &bytes)
        #expect(bytes == Array("a,-2.57".utf8))
    }
}

private func spell(_ value: Double) -> String {
    var bytes: [UInt8] = []
    DecimalText.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// Reads back to the same bits, with the digits of the standard library's description, which are known to be shortest.
private func expectShortest(_ value: Double, _ seed: UInt64? = nil) {
    let text = spell(value)
    if Double(text)?.bitPattern != value.bitPattern || significantDigits(text) != significantDigits(value.description) {
        Issue.record("\(value) became \(text); seed \(String(describing: seed))")
    }
}

private func expectShortest(_ value: Float, _ seed: UInt64? = nil) {
    var bytes: [UInt8] = []
    DecimalText.append(value, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    if Float(text)?.bitPattern != value.bitPattern || significantDigits(text) != significantDigits(value.description) {
        Issue.record("\(value) became \(text); seed \(String(describing: seed))")
    }
}

private func significantDigits(_ text: String) -> String {
    let digits = text.prefix { $0 != "e" }.filter { $0 != "." && $0 != "-" }.drop { $0 == "0" }
    return String(String(digits.reversed().drop { $0 == "0" }).reversed())
}
