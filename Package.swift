// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

// The arrows of the design: each library names only those below it.
let package = Package(
    name: "nnprep",
    products: [
        .executable(name: "nnprep", targets: ["nnprep"]),
        .library(name: "NNPrep", targets: ["Workflows", "Preprocessing", "Datasets"]),
    ],
    targets: [
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke openblas",
            providers: [.apt(["liblapacke-dev", "libopenblas-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .target(name: "Kernels"),
        .target(name: "Codecs", dependencies: ["CJPEG", "CPNG"]),
        .target(name: "Words", swiftSettings: settings),
        .target(name: "Threads", dependencies: ["Words"], swiftSettings: settings),
        .target(
            name: "LinearAlgebra", dependencies: ["CLAPACKE", "Kernels", "Threads", "Words"],
            swiftSettings: settings),
        .target(name: "Datasets", dependencies: ["CZlib", "Codecs", "Threads", "Words"], swiftSettings: settings),
        .target(
            name: "Preprocessing", dependencies: ["LinearAlgebra", "Datasets", "Threads", "Words"],
            swiftSettings: settings),
        .target(name: "Pictures", dependencies: ["CZlib", "Words"], swiftSettings: settings),
        .target(name: "Models", dependencies: ["LinearAlgebra", "Words"], swiftSettings: settings),
        .target(
            name: "Workflows",
            dependencies: ["Models", "Preprocessing", "LinearAlgebra", "Datasets", "Threads", "Words"],
            swiftSettings: settings),
        .target(name: "Flags", dependencies: ["Words"], swiftSettings: settings),
        .executableTarget(
            name: "nnprep",
            dependencies: [
                "Flags", "Workflows", "Pictures", "Models", "Preprocessing", "LinearAlgebra", "Datasets", "Threads",
                "Words",
            ],
            swiftSettings: settings),

        // Seeds that a failure names, what is wrong with a table of options, and readers of files that share no code with
        // the project.
        .target(name: "TestSupport", dependencies: ["CZlib", "Flags"], path: "Tests/Support", swiftSettings: settings),
        .testTarget(name: "WordsTests", dependencies: ["Words"], swiftSettings: settings),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: settings),
        .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Threads"], swiftSettings: settings),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "CZlib", "Threads", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "PreprocessingTests",
            dependencies: ["Preprocessing", "LinearAlgebra", "Datasets", "Threads", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "WorkflowsTests",
            dependencies: [
                "Workflows", "Preprocessing", "LinearAlgebra", "Datasets", "Threads", "Words", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ModelsTests", dependencies: ["Models", "LinearAlgebra", "Datasets"], swiftSettings: settings),
        .testTarget(name: "FlagsTests", dependencies: ["Flags", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "CommandTests", dependencies: ["nnprep", "TestSupport"], swiftSettings: settings),

        // What the fuzzer asks of each parser: a library, so that the tests can ask it of every input that is kept.
        .target(
            name: "FuzzChecks",
            dependencies: [
                "CZlib", "Datasets", "Flags", "LinearAlgebra", "Pictures", "Preprocessing", "Words", "Workflows",
            ],
            path: "Tests/Fuzz/Checks", swiftSettings: settings),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzChecks", "TestSupport"], swiftSettings: settings),
    ]
)

// The fuzzer itself needs clang's libFuzzer and every module instrumented: `make fuzz` asks for it.
if Context.environment["NNPREP_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzChecks", "CLibFuzzer"], path: "Tests/Fuzz/Driver",
            swiftSettings: settings),
    ]
}
