import Testing

@testable import Flags

@Test(arguments: [("", "abc", 3), ("pca", "pca", 0), ("whitten", "whiten", 1)])
func distance(_ a: String, _ b: String, _ expected: Int) {
    #expect(editDistance(a, b) == expected)
}
