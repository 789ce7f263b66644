import Testing

@testable import Datasets

@Suite struct SplitFolderTests {
    @Test(
        "folders named as training and held-out splits are found side by side",
        arguments: [
            (["train/a", "val/a"], "train", "val"), (["Train", "Test"], "Train", "Test"),
            (["/x/train2017/a", "/x/val2017/a"], "x/train2017", "x/val2017"),
            (["a/b", "holdout", "training_set"], "training_set", "holdout"), (["train", "dev"], "train", "dev"),
        ])
    func found(paths: [String], train: String, heldOut: String) {
        var splits = SplitFolders()
        for path in paths { splits.add(path) }
        #expect(splits.found?.train == train && splits.found?.heldOut == heldOut)
    }

    @Test(
        "classes are no splits",
        arguments: [
            ["train/a", "train/b"], ["val", "test"], ["bullet train", "test tube"], ["cat/train", "dog/val"],
            ["airplane", "bus", "train"], ["training", "value"],
        ])
    func notFound(paths: [String]) {
        var splits = SplitFolders()
        for path in paths { splits.add(path) }
        #expect(splits.found == nil)
    }
}
