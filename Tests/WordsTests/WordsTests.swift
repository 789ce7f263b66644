import Foundation
import Testing

@testable import Words

@Suite("Numbers as people read them, and base64")
struct WordsTests {
    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1 + 0.2, "0.3"), (123_456.7, "123457"), (1.23456e-7, "1.2346e-7"),
        (1e20, "1e20"), (1.7e308, "1.7e308"), (.infinity, "inf"), (1e-300, "1e-300"), (9.99999e20, "1e21"),
        (-9.99996e-9, "-1e-8"), (.leastNonzeroMagnitude, "4.9407e-324"),
    ])
    func fiveDigits(_ value: Double, _ text: String) { #expect(short(value) == text) }

    @Test func shares() {
        #expect(percent(0.1234) == "12.3 %")
        #expect(percent(-0.00099) == "-0.1 %")
        #expect(percent(.nan) == "-")
        #expect(percent(1e20) == "1e22 %")
        #expect(gigabytes(1_550_000_000) == "1.6 GB")
        #expect(tenths(3.14159) == "3.1")
        #expect(rounded(0.98765, decimals: 3) == "0.988")
        #expect(rounded(1e308, decimals: 3) == "1e308")
    }

    @Test("a Double beyond the range of Int becomes the nearer end of the range")
    func clamping() {
        let numbers = [2.9, -2.9, 0x1p63, -0x1p63, 1e308, -.infinity, .nan, 0x1p62].map { Int(clamping: $0) }
        #expect(numbers == [2, -2, .max, .min, .max, .min, 0, 1 << 62])
    }

    @Test("products and sums of sizes are nil where they overflow")
    func checkedSizes() {
        #expect(checkedProduct(3, 4, 5) == 60 && checkedProduct(.max, 2) == nil && checkedProduct(0, nil) == nil)
        #expect(checkedSum(.max - 1, 1) == .max && checkedSum(.max, 1) == nil && checkedSum(of: []) == 0)
        #expect(Int(digits: "12".utf8) == 12 && Int(digits: "9223372036854775808".utf8) == nil)
        for text in ["", "-1", "+1", " 1"] { #expect(Int(digits: text.utf8) == nil) }
    }

    @Test(arguments: [
        (0.02, 3, "0.020"), (1, 4, "1.0000"), (-0.0004, 3, "0.000"), (-0.0125, 3, "-0.013"), (123.4567, 2, "123.46"),
        (7.6, 0, "8"), (1e300, 2, "1e300"), (.infinity, 1, "inf"),
    ])
    func decimalsThatStay(_ value: Double, _ decimals: Int, _ text: String) {
        #expect(fixed(value, decimals: decimals) == text)
    }

    @Test func base64IsThatOfEveryone() {
        for count in 0...400 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
            let expected = Data(bytes).base64EncodedString()
            #expect(base64(bytes) == expected)
            let lines = base64(bytes, line: 100)
            #expect(lines.filter { $0 != "\n" } == expected)
            #expect(lines.split(separator: "\n").allSatisfy { $0.count <= 100 })
            #expect(lines.isEmpty || lines.last == "\n")
            #expect(decodedBase64(expected) == bytes)
        }
    }
}
