import Testing

@testable import Flags

@Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("pca", "pca", 0), ("whitten", "whiten", 1), ("cetner", "center", 1),
    ("ab", "ba", 1), ("kitten", "sitting", 3), ("a", "b", 1), ("ca", "abc", 3),
])
func distance(_ a: String, _ b: String, _ expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
}

@Test(arguments: [
    ("whit", "whiten"), ("wihten", "whiten"), ("pac", "pca"), ("PCA", "pca"), ("scaleper", "scale-per"),
    ("scal", "scale"), ("epsilom", "epsilon"), ("whitening", "whiten"), ("x", nil), ("p", nil), ("zz", nil), ("", nil),
    ("quantile", nil), (String(repeating: "whiten", count: 50), nil),
])
func nearestOption(_ word: String, _ expected: String?) {
    let options = ["center", "scale", "scale-per", "pca", "whiten", "epsilon", "output", "threads", "quiet"]
    #expect(nearest(to: word, among: options) == expected)
}
