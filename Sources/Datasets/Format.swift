/// A file format that nnprep reads or writes.
package enum Format: String, Sendable, CaseIterable {
    case cifar10, cifar100, csv, tsv, npy
}
