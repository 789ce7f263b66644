/// How the values of one image become pixels.
package struct ImageShape: Equatable, Sendable {
    /// Where the channels of a pixel are: in planes one after the other, or side by side.
    package enum Layout: Sendable { case planar, interleaved }

    package let width: Int
    package let height: Int
    package let channels: Int
    package let layout: Layout

    package var count: Int { width * height * channels }

    /// - Precondition: both sides are positive, and `channels` is 1 or 3.
    package init(width: Int, height: Int, channels: Int, layout: Layout = .planar) {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        precondition(channels == 1 || channels == 3, "an image is grey or red, green, blue")
        self.width = width
        self.height = height
        self.channels = channels
        self.layout = layout
    }

    /// The samples of an image in this layout, with the channels of each pixel side by side.
    func interleaved<T>(_ samples: some RandomAccessCollection<T>) -> [T] {
        guard layout == .planar, channels > 1 else { return Array(samples) }
        let planes = Array(samples)
        let pixels = width * height
        return (0..<planes.count).map { planes[$0 % channels * pixels + $0 / channels] }
    }
}

/// Which values are black and which are white.
package enum Contrast: Sendable {
    /// 0 is black and 255 white; what lies outside is clamped. For pixels.
    case clamped
    /// The least value of the image is black and its greatest white, over all channels together. For components and
    /// whitened images, whose values mean something only relative to each other. An image of one value is mid-grey.
    case stretched
}

extension Raster {
    /// One image of bytes, as they are.
    ///
    /// - Precondition: `samples.count == shape.count`.
    package static func image(_ samples: some RandomAccessCollection<UInt8>, _ shape: ImageShape) -> Raster {
        Raster(width: shape.width, height: shape.height, channels: shape.channels, bytes: shape.interleaved(samples))
    }

    /// One image of floating values. Values that are not finite are black.
    ///
    /// - Precondition: `values.count == shape.count`.
    package static func image<Value: BinaryFloatingPoint>(
        _ values: some RandomAccessCollection<Value>, _ shape: ImageShape, _ contrast: Contrast
    ) -> Raster {
        var (black, white) = (0.0, 255.0)
        if contrast == .stretched {
            (black, white) = (.infinity, -.infinity)
            for value in values where value.isFinite {
                black = min(black, Double(value))
                white = max(white, Double(value))
            }
        }
        // Halved, so that no difference of two finite values overflows.
        let range = white / 2 - black / 2
        let bytes = values.map { value -> UInt8 in
            if range == 0, value.isFinite { return 128 }
            let level = (Double(value) / 2 - black / 2) / range * 255
            return level.isNaN || !value.isFinite ? 0 : UInt8(min(max(level, 0), 255).rounded())
        }
        return image(bytes, shape)
    }

    /// Images row by row in a grid that is as square as may be, each magnified by the same whole number, with thin
    /// white gaps between and around them.
    ///
    /// The magnification is the largest that keeps both sides of the grid within `limit` pixels, and at least 1.
    ///
    /// - Precondition: there is at least one image, and all have the same size and number of channels.
    package static func grid(_ images: [Raster], limit: Int = 960) -> Raster {
        guard let first = images.first else { preconditionFailure("a grid holds at least one image") }
        let gap = 2
        let columns = squarestColumns(images.count, width: first.width, height: first.height)
        let rows = (images.count + columns - 1) / columns
        let zoom = max(
            1,
            min(
                (limit - gap * (columns + 1)) / (columns * first.width),
                (limit - gap * (rows + 1)) / (rows * first.height)))

        let (cellWidth, cellHeight) = (first.width * zoom + gap, first.height * zoom + gap)
        var grid = Raster(
            width: columns * cellWidth + gap, height: rows * cellHeight + gap, channels: first.channels, grey: 255)
        for (i, image) in images.enumerated() {
            precondition(
                image.width == first.width && image.height == first.height && image.channels == first.channels,
                "the images of a grid are alike")
            grid.place(image, zoom: zoom, x: gap + i % columns * cellWidth, y: gap + i / columns * cellHeight)
        }
        return grid
    }

    /// The number of columns for which the longer side of the grid is shortest; of several, the most.
    private static func squarestColumns(_ count: Int, width: Int, height: Int) -> Int {
        func longerSide(_ columns: Int) -> Int {
            max(columns * width, (count + columns - 1) / columns * height)
        }
        return (1...count).reversed().min { longerSide($0) < longerSide($1) } ?? 1
    }

    /// Draws `image` with its upper left corner at `x`, `y`, every pixel as a square of `zoom` pixels.
    ///
    /// - Precondition: it fits, and has the channels of this raster.
    private mutating func place(_ image: Raster, zoom: Int, x left: Int, y top: Int) {
        for y in 0..<image.height * zoom {
            var at = ((top + y) * width + left) * channels
            for x in 0..<image.width {
                let pixel = image[x, y / zoom]
                for _ in 0..<zoom {
                    for sample in pixel {
                        bytes[at] = sample
                        at += 1
                    }
                }
            }
        }
    }
}
