/// What is done to each row by itself before anything is fitted.
package enum PerSample: String, Sendable, CaseIterable {
    case none, center, standardize
}
