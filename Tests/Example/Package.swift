// swift-tools-version: 6.2
import PackageDescription

// Another package, which uses nnprep as a library: `make example` builds and runs it.
let package = Package(
    name: "Example",
    dependencies: [.package(name: "nnprep", path: "../..")],
    targets: [.executableTarget(name: "Example", dependencies: [.product(name: "NNPrep", package: "nnprep")])]
)
