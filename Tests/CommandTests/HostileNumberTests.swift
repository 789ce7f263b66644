import Foundation
import TestSupport
import Testing

/// Statistics in which one number is extreme: each command works, or says what is wrong.
@Suite struct HostileNumberTests {
    private static let numbers = [
        "0", "-1", "1e-320", "1e-20", "1e20", "1e308", "-1e308", "2147483648", "9007199254740992",
        "9223372036854775808", "18446744073709551616", "-9223372036854775808", "0.5", "1e400",
    ]

    private static let commands = [
        "inspect s.json --json", "apply --stats s.json x -o o.npy", "inverse --stats s.json y -o o.npy",
        "check --stats s.json --train x --json x", "report --stats s.json --train x --val x -o r.html",
        "export s.json --to torchvision", "export s.json --to python", "export s.json --to safetensors -o e",
        "export s.json --to onnx -o e", "plot spectrum --stats s.json -o p.png",
        "plot components --stats s.json -o p.png", "plot histogram --stats s.json x -o p.png",
        "plot scatter --stats s.json x -o p.png", "plot drift --stats s.json x -o p.png",
    ]

    @Test(
        "no number of a statistics file ends a command by a signal, or takes more than 4 GB",
        arguments: [
            "", "--pca 2 --whiten zca", "--pca 2 --divide-by 255", "--scale minmax", "--per-sample standardize",
        ],
        seedOfThisRun)
    func oneNumberIsExtreme(options: String, seed: UInt64) throws {
        var random = SeededRandom(seed)
        let folder = try Folder()
        let pixels = (0..<8 * 12).map { _ in UInt8.random(in: 0...255, using: &random) }
        try folder.write("x", npy("|u1", shape: "8, 3, 2, 2", pixels))
        try #require(
            folder.shell(
                "nnprep fit --quiet \(options) x -o s.json && nnprep apply --quiet --stats s.json x -o y --output-format npy"
            ).status == 0)
        let text = String(decoding: try folder.read("s.json"), as: UTF8.self)
        // What stands in an array or after a key; not the digits of a name.
        let places = text.matches(of: /[:\[,] ?(-?[0-9][0-9.e+-]*)/).map { $0.output.1 }
        for _ in 0..<12 {
            let place = try #require(places.randomElement(using: &random))
            let number = try #require(Self.numbers.randomElement(using: &random))
            var changed = text
            changed.replaceSubrange(place.startIndex..<place.endIndex, with: number)
            try folder.write("s.json", changed)
            for command in Self.commands.shuffled(using: &random).prefix(4) {
                let outcome = try folder.shell(
                    "if [ -z \"$NNPREP_SANITIZE\" ]; then ulimit -v 4000000; fi; timeout 60 '\(nnprepBinary)' \(command)"
                )
                #expect(
                    !outcome.signalled && (0...3).contains(outcome.status),
                    "\(command): \(outcome.status) \(outcome.errors)\nseed \(seed), \(number) in\n\(changed)")
            }
        }
    }
}
