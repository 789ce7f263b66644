import Testing

@testable import Flags

@Test(arguments: [
    ("0", 0), ("1", 1), ("007", 7), ("-3", -3), ("0.5", 0.5), (".5", 0.5), ("5.", 5), ("+1", 1), ("1e3", 1000),
    ("1E+3", 1000), ("-1.5e-2", -0.015), ("1e-400", 0),
])
func numbers(_ text: String, _ value: Double) throws {
    #expect(try text.number() == value)
}

@Test(arguments: [
    "", " ", "1 ", " 1", "x", "1x", "0x10", "0x1p3", "nan", "inf", "-inf", "infinity", "1e", "1e+", ".", "-", "+", "e5",
    "1.2.3", "1,5", "1_000", "1e999", "--1", "１", "1\u{0}", "1\n",
])
func notNumbers(_ text: String) {
    #expect(throws: FlagError("expected a finite number")) { try text.number() }
    #expect(throws: FlagError("expected a whole number of at least 1")) { try text.positiveInteger() }
    #expect(throws: FlagError.self) { try "\(text),9".pair() }
}

@Test func wholeNumbers() throws {
    #expect(try "12".positiveInteger() == 12)
    #expect(try "0".integer(in: 0...UInt64.max) == UInt64.zero)
    #expect(try "18446744073709551615".integer(in: 0...UInt64.max) == UInt64.max)
    #expect(try "-5".integer(in: -5...5) == -5)
    #expect(throws: FlagError("expected a whole number of at least 1")) { try "0".positiveInteger() }
    #expect(throws: FlagError("expected a whole number from 1 to 8")) { try "9".positiveInteger(atMost: 8) }
    #expect(throws: FlagError("expected a whole number from 0 to 1")) { try "+1".integer(in: 0...1) }
    #expect(throws: FlagError("expected a whole number")) { try "1e3".integer(in: Int.min...Int.max) }
    #expect(throws: FlagError("expected a whole number of at least 0")) { try "-1".integer(in: 0...UInt64.max) }
    #expect(throws: FlagError.self) { try "99999999999999999999".positiveInteger() }
}

@Test func boundedNumbers() throws {
    #expect(try "0".nonNegativeNumber() == 0)
    #expect(throws: FlagError.self) { try "-1e-9".nonNegativeNumber() }
    #expect(throws: FlagError.self) { try "0".positiveNumber() }
    #expect(throws: FlagError("expected a fraction")) { try "2".number("a fraction") { 0 < $0 && $0 < 1 } }
}

@Test func pairsAndLists() throws {
    #expect(try "-1,1".pair() == (-1, 1))
    #expect(try "0,255".pair() == (0, 255))
    for text in ["-1e308,1e308", "1", "1,", ",1", "1,1", "2,1", "1,2,3", "1, 2", "a,b"] {
        #expect(throws: FlagError.self) { try text.pair() }
    }
    #expect(try "3x32x32".list(separatedBy: "x") { try $0.positiveInteger() } == [3, 32, 32])
    #expect(throws: FlagError.self) { try "3,,2".list { try $0.positiveInteger() } }
    #expect(throws: FlagError.self) { try "".list { try $0.positiveInteger() } }
}
