import Datasets
import Pictures

// What images are as rows.

extension ImageShape {
    /// Nil where rows are no images of one or three channels.
    init?(_ input: DatasetDescription) {
        if let channels = input.channels {
            guard channels.count == 1 || channels.count == 3 else { return nil }
            let sides = channels.isInterleaved ? Array(input.shape.prefix(2)) : Array(input.shape.suffix(2))
            guard sides.allSatisfy({ $0 > 0 }) else { return nil }
            self.init(
                width: sides[1], height: sides[0], channels: channels.count,
                layout: channels.isInterleaved ? .interleaved : .planar)
        } else {
            guard input.shape.count == 2, input.shape.allSatisfy({ $0 > 0 }) else { return nil }
            self.init(width: input.shape[1], height: input.shape[0], channels: 1)
        }
    }
}

extension DatasetDescription {
    /// A feature as people find it: by name in tables; in images by channel, row and column, from 1.
    func place(ofFeature index: Int) -> String {
        guard featureNames == nil, let channels else { return name(ofFeature: index) }
        let pixel = channels.isInterleaved ? index / channels.count : index % channels.pixels
        let width = max(1, shape[channels.isInterleaved ? 1 : 2])
        let channel = channels.count > 1 ? "channel \(channels.channel(of: index) + 1) " : ""
        return "\(channel)at \(pixel / width + 1),\(pixel % width + 1)"
    }
}
