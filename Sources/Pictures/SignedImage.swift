extension Raster {
    /// Values around 0 as colours: white is 0, vermilion `limit` and more, blue -`limit` and less. Values that are no numbers
    /// are white.
    ///
    /// - Precondition: `values.count == width * height`, and `limit` is positive and finite.
    package static func signed(_ values: [Double], width: Int, height: Int, limit: Double) -> Raster {
        let (paper, below, above) = (Ink.paper.light, Ink.series(0).light, Ink.series(1).light)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * values.count)
        for value in values {
            let share = value.isNaN ? 0 : min(max(value / limit, -1), 1)
            let end = share < 0 ? below : above
            func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
                UInt8((Double(from) + (Double(to) - Double(from)) * abs(share)).rounded())
            }
            bytes += [mix(paper.red, end.red), mix(paper.green, end.green), mix(paper.blue, end.blue)]
        }
        return Raster(width: width, height: height, channels: 3, bytes: bytes)
    }
}
