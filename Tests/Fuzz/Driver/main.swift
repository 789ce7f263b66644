import CLibFuzzer
import FuzzChecks
import Glibc

// fuzz PARSER [libFuzzer's options] [folders of inputs]

guard CommandLine.argc > 1, Check(rawValue: CommandLine.arguments[1]) != nil else {
    print("usage: fuzz \(Check.allCases.map(\.rawValue).joined(separator: "|")) [libFuzzer's options]")
    exit(2)
}

// Global, as a function that C calls can capture nothing.
let check = Check(rawValue: CommandLine.arguments[1])!

// What follows is libFuzzer's, which counts the parser for the program's name.
var count = CommandLine.argc - 1
var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv + 1
let status = unsafe LLVMFuzzerRunDriver(&count, &words) { (data, size) in
    let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
    do throws(Finding) {
        try check.run(input)
    } catch {
        // A trap is what libFuzzer takes for a crash, and keeps the input of.
        fatalError(error.words)
    }
    return 0
}
exit(status)
