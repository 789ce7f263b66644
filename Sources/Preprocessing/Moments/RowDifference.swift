public import Datasets

/// The first thing in which rows differ so that their moments cannot be merged, in words for both sides.
public struct RowDifference: Equatable, Sendable {
    public let what: String
    public let one: String
    public let other: String
}

extension DatasetDescription {
    /// How rows of this kind differ from `other`; nil where moments of both can be merged. The file format may differ.
    public func difference(from other: DatasetDescription) -> RowDifference? {
        if shape != other.shape || channelsLast != other.channelsLast {
            return RowDifference(what: "shape", one: shapeInWords, other: other.shapeInWords)
        }
        if let pictures, let others = other.pictures, pictures != others {
            return RowDifference(what: "making of pictures", one: pictures.inWords, other: others.inWords)
        }
        if scalar != other.scalar {
            return RowDifference(what: "dtype", one: scalar.rawValue, other: other.scalar.rawValue)
        }
        guard featureNames != other.featureNames else { return nil }
        guard let names = featureNames, let others = other.featureNames else {
            func words(_ names: [String]?) -> String { names == nil ? "none" : "names, the first \(shown(names![0]))" }
            return RowDifference(
                what: "feature names", one: words(featureNames), other: words(other.featureNames))
        }
        let first = names.indices.first { names[$0] != others[$0] }!
        return RowDifference(
            what: "name of feature \(first + 1)", one: shown(names[first]), other: shown(others[first]))
    }

    private var shapeInWords: String {
        shape.map(String.init).joined(separator: " x ") + (channelsLast ? ", channels last" : "")
    }
}

extension RowStep {
    /// How this step differs from `other`; nil where moments of both can be merged.
    public func difference(from other: RowStep) -> RowDifference? {
        self == other
            ? nil : RowDifference(what: "per-sample step", one: inWords, other: other.inWords)
    }
}

extension PictureOptions {
    /// As options of a command line.
    package var inWords: String {
        var words: [String] = []
        switch resize {
        case nil: break
        case .stretch(let size): words.append("--resize \(size.width)x\(size.height)")
        case .shorterSide(let side): words.append("--resize \(side)")
        }
        if let crop { words.append("--crop \(crop.width)x\(crop.height)") }
        if isGrey { words.append("--grey") }
        if rows == .pixels { words.append("--rows pixels") }
        return words.isEmpty ? "as they are" : words.joined(separator: " ")
    }
}
