import Testing

@testable import Workflows

/// Which names say that a file holds no training data.
@Suite struct HeldOutDataTests {
    @Test(arguments: [
        ("iris-val.csv", "val"), ("test_batch.bin", "test"), ("Valid.npy", "valid"), ("x.validation.csv", "validation"),
        ("my-holdout2.csv", "holdout"), ("dev.tsv", "dev"), ("data_batch_1.bin", nil), ("train.bin", nil),
        ("values.csv", nil), ("latest.csv", nil), ("device-tests.csv", nil), ("evaluation.csv", nil),
        ("t10k-images-idx3-ubyte", "t10k (MNIST's test split)"), ("st10k.csv", nil), ("", nil),
    ])
    func namesTellWhatIsHeldOut(_ name: String, _ word: String?) {
        #expect(heldOutWord(inName: name) == word)
    }
}
