internal import Words

/// What becomes of pictures before they are rows.
public struct PictureOptions: Sendable, Equatable {
    public enum Resize: Sendable, Equatable {
        /// To this size, whatever the shape was.
        case stretch(PictureSize)
        /// The shorter side to so many pixels, the longer one in proportion.
        case shorterSide(Int)
    }

    public enum Rows: String, Sendable, CaseIterable {
        /// Each picture is a row.
        case pictures
        /// Each pixel is a row of its channels' values.
        case pixels
    }

    public var resize: Resize?
    /// What is kept of the middle.
    public var crop: PictureSize?
    public var isGrey = false
    public var rows = Rows.pictures

    public init() {}

    var channels: Int { isGrey ? 1 : 3 }

    /// The size that all pictures get, whatever they have; nil where that depends on the picture.
    var size: PictureSize? {
        if let crop { return crop }
        if case .stretch(let size) = resize { return size }
        return nil
    }

    /// Which part of which size a picture becomes.
    struct Window: Equatable {
        /// The size of the whole picture, resized.
        var scaled: PictureSize
        var left = 0
        var top = 0
        var size: PictureSize
    }

    /// As torchvision's `Resize` and `CenterCrop`.
    func window(of size: PictureSize) throws(PictureProblem) -> Window {
        var scaled = size
        switch resize {
        case nil: break
        case .stretch(let size): scaled = size
        case .shorterSide(let side):
            // Both factors are below 2^31.
            if size.width <= size.height {
                scaled = PictureSize(width: side, height: side * size.height / size.width)
            } else {
                scaled = PictureSize(width: side * size.width / size.height, height: side)
            }
        }
        try scaled.checkResized()
        guard let crop else { return Window(scaled: scaled, size: scaled) }
        guard crop.width <= scaled.width, crop.height <= scaled.height else {
            throw .smallerThanCrop(scaled, crop: crop)
        }
        return Window(
            scaled: scaled, left: half(scaled.width - crop.width), top: half(scaled.height - crop.height), size: crop)
    }
}

extension PictureSize {
    /// Refuses more pixels than a picture may have that is read.
    func checkResized() throws(PictureProblem) {
        guard let pixels = checkedProduct(width, height), pixels <= PictureCodec.mostPixels else {
            throw .becomesTooLarge(self)
        }
    }
}

/// Half of a number, rounded to the nearest, and to the even one of two.
private func half(_ number: Int) -> Int {
    let half = number / 2
    return half + (number.isMultiple(of: 2) || half.isMultiple(of: 2) ? 0 : 1)
}
