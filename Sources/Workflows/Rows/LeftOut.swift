internal import Datasets
internal import Words

/// What reading changed in the rows: rows with missing values and broken pictures that were left out because that was asked
/// for, pictures that belong to others, and whole numbers that doubles do not hold.
struct LeftOut: Sendable {
    private(set) var rows = 0
    private(set) var pictures = 0
    /// What is wrong with the first of the pictures.
    private(set) var errors: [DatasetError] = []
    /// Pictures beside those of the samples, and the first of them.
    private(set) var beside: (count: Int, first: String)?
    /// A warning that names the first whole number that was rounded.
    private(set) var rounded: DatasetError?

    /// So many pictures are named at the most.
    private static let mostNamed = 20

    mutating func add(of block: RowBlock) {
        rows += block.skipped
        pictures += block.broken.count
        errors += block.broken.prefix(Self.mostNamed - errors.count)
        rounded = rounded ?? block.largeIntegers?.firstRounded
        if let first = block.beside.first { addBeside(block.beside.count, first) }
    }

    private mutating func addBeside(_ count: Int, _ first: String) {
        beside = ((beside?.count ?? 0) + count, beside?.first ?? first)
    }

    mutating func add(_ more: LeftOut) {
        rows += more.rows
        pictures += more.pictures
        errors += more.errors.prefix(Self.mostNamed - errors.count)
        rounded = rounded ?? more.rounded
        if let (count, first) = more.beside { addBeside(count, first) }
    }
}

extension Run {
    /// Warns of what was left out, picture by picture where there are not too many, and of rounding.
    /// - Parameter keepsIntegers: whether whole numbers are written as they were read.
    func warn(of leftOut: LeftOut, keepsIntegers: Bool = false) {
        if let rounded = leftOut.rounded, !keepsIntegers { warn(rounded.message) }
        let (rows, pictures) = (leftOut.rows, leftOut.pictures)
        if let (count, first) = leftOut.beside {
            warn(
                "\(count) \(count == 1 ? "picture is" : "pictures are") not read, such as \(first): beside a sample's own"
            )
        }
        if rows > 0 { warn("\(rows) \(rows == 1 ? "row" : "rows") with missing values left out") }
        guard pictures > 0 else { return }
        for error in leftOut.errors { warn("left out: \(error.message)") }
        let unnamed = pictures - leftOut.errors.count
        warn(
            "\(pictures) broken \(pictures == 1 ? "picture" : "pictures") left out"
                + (unnamed > 0 ? ", \(unnamed) of them not named above" : ""))
    }
}
