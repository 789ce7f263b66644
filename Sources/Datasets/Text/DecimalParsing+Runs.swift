extension DecimalText {
    /// Whether a number can have this byte in it: what is between fields must not be such.
    package static func canBePart(_ byte: UInt8) -> Bool {
        "+-.0123456789Ee".utf8.contains(byte)
    }

    /// Reads numbers that each end with a delimiter, as long as they are short and plain: an optional minus, up to 7 digits
    /// with it, and perhaps a point and 1 to 16 more. Most tables have little else. Stops at the first field that is
    /// something else, or is too near to the end of the text, which is left to `parsePrefix`.
    ///
    /// Eight bytes are looked at at once; what one number waits for is only where the one before has ended.
    ///
    /// - Parameters:
    ///   - start: where the first field begins; moved behind the last delimiter that was read.
    ///   - delimiter: no part of a number.
    ///   - values: the numbers, up to as many as there is room for.
    /// - Returns: how many there are.
    static func parseRun(
        _ text: Span<UInt8>, from start: inout Int, delimiter: UInt8, into values: UnsafeMutableBufferPointer<Double>
    ) -> Int {
        // A field is at most 7 + 1 + 16 bytes, and its delimiter one; the last word that is looked at ends no later.
        let longest = 32
        guard start >= 0, text.count >= longest, start <= text.count &- longest, let first = values.baseAddress else {
            return 0
        }
        let last = text.count &- longest
        let room = values.count
        var at = start
        var count = 0
        // All loads are within `longest` bytes from `at`, and `count` is below `room`.
        unsafe text.withUnsafeBytes { text in
            let base = text.baseAddress!
            while count < room, at <= last {
                let word = unsafe digitValues(base, at)
                let head = word & 0xFF
                let isNegative = head == UInt64(UInt8(ascii: "-") ^ 0x30)
                // Where the digits end does not depend on whether a minus is before them: nothing waits for that.
                let wholeEnd = digitCount(word & ~0xFF)
                let whole = isNegative ? wholeEnd &- 1 : wholeEnd
                guard wholeEnd < 8, whole > 0, head <= 9 || isNegative else { break }
                let digits = isNegative ? word &>> 8 : word
                var significand = whole <= 4 ? fewDigits(whole, of: digits) : firstDigits(whole, of: digits)
                var magnitude = Double(Int64(truncatingIfNeeded: significand))
                var end = at &+ wholeEnd
                if unsafe base.load(fromByteOffset: end, as: UInt8.self) != delimiter {
                    guard unsafe base.load(fromByteOffset: end, as: UInt8.self) == UInt8(ascii: ".") else { break }
                    let fractionStart = end &+ 1
                    end = fractionStart
                    var found = 8
                    while found == 8, end &- fractionStart < 16 {
                        let word = unsafe digitValues(base, end)
                        found = digitCount(word)
                        if found == 0 { break }
                        significand = significand &* powerOfTen(found) &+ firstDigits(found, of: word)
                        end &+= found
                    }
                    let fraction = end &- fractionStart
                    guard fraction > 0, whole &+ fraction <= 19,
                        unsafe base.load(fromByteOffset: end, as: UInt8.self) == delimiter
                    else { break }
                    magnitude = nearest(significand, 0 &- fraction)
                }
                unsafe first[count] = isNegative ? -magnitude : magnitude
                count &+= 1
                at = end &+ 1
            }
        }
        start = at
        return count
    }

    /// The number that the first `count` digits spell, 1...4 of them: with less work than more of them take.
    @inline(__always)
    private static func fewDigits(_ count: Int, of values: UInt64) -> UInt64 {
        let digits = UInt32(truncatingIfNeeded: values) &<< UInt32(truncatingIfNeeded: 32 &- 8 &* count)
        let pairs = digits &* 10 &+ (digits &>> 8)
        return UInt64(((pairs & 0x00FF_00FF) &* (1 &+ 100 &<< 16)) &>> 16)
    }

    /// Eight bytes, of which digits are 0...9 and everything else is more; the first is the lowest.
    @inline(__always)
    private static func digitValues(_ base: UnsafeRawPointer, _ at: Int) -> UInt64 {
        unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ 0x3030_3030_3030_3030
    }
}
