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
    products: [.executable(name: "nnprep", targets: ["nnprep"])],
    targets: [
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke openblas",
            providers: [.apt(["liblapacke-dev", "libopenblas-dev"])]),
        .target(name: "LinearAlgebra", dependencies: ["CLAPACKE"], swiftSettings: settings),
        .target(name: "Datasets", swiftSettings: settings),
        .target(name: "Preprocessing", dependencies: ["LinearAlgebra", "Datasets"], swiftSettings: settings),
        .target(name: "Flags", swiftSettings: settings),
        .executableTarget(
            name: "nnprep", dependencies: ["Flags", "Preprocessing", "LinearAlgebra", "Datasets"],
            swiftSettings: settings),

        .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], swiftSettings: settings),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets"], swiftSettings: settings),
        .testTarget(
            name: "PreprocessingTests", dependencies: ["Preprocessing", "LinearAlgebra", "Datasets"],
            swiftSettings: settings),
        .testTarget(name: "FlagsTests", dependencies: ["Flags"], swiftSettings: settings),
        .testTarget(name: "CommandTests", dependencies: ["nnprep"], swiftSettings: settings),
    ]
)
