package import Datasets

/// The moments of some rows, with what the rows are and where they come from: what a moments file holds.
package struct SourcedMoments: Sendable {
    package var moments: Moments
    package var input: DatasetDescription
    /// Each file of rows that is in the moments, however often they were merged since.
    package var sources: [Source]

    package struct Source: Sendable, Equatable {
        package var name: String
        package var samples: Int
        package var fingerprint: RowsFingerprint

        package init(name: String, samples: Int, fingerprint: RowsFingerprint) {
            self.name = name
            self.samples = samples
            self.fingerprint = fingerprint
        }
    }

    package init(moments: Moments, input: DatasetDescription, sources: [Source]) {
        self.moments = moments
        self.input = input
        self.sources = sources
    }

    /// That of all rows.
    package var fingerprint: RowsFingerprint {
        sources.reduce(into: RowsFingerprint()) { $0 += $1.fingerprint }
    }

    /// Adds the rows of `other`.
    /// - Precondition: nothing `differs`, both have products or both have none, and they do not have too many rows.
    package mutating func merge(_ other: SourcedMoments) {
        moments.merge(other.moments)
        sources += other.sources
    }
}

/// The first thing in which rows differ so that their moments cannot be merged, in words for both sides.
package struct RowDifference: Equatable, Sendable {
    package let what: String
    package let one: String
    package let other: String
}

extension DatasetDescription {
    /// How rows of this kind differ from `other`; nil where moments of both can be merged. The file format may differ.
    package func difference(from other: DatasetDescription) -> RowDifference? {
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

extension RowStep {
    /// How this step differs from `other`; nil where moments of both can be merged.
    package func difference(from other: RowStep) -> RowDifference? {
        self == other
            ? nil : RowDifference(what: "per-sample step", one: inWords, other: other.inWords)
    }

    /// The step as options of a command line.
    package var inWords: String {
        perSample == .none
            ? "none" : perSample.rawValue + (divideBy == 1 ? "" : " after --divide-by \(divideBy.shortest)")
    }
}

extension Double {
    /// As one would write it: without a fraction where there is none.
    package var shortest: String {
        self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)"
    }
}
