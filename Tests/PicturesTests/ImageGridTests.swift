import Testing

@testable import Pictures

struct ImageTests {
    @Test func `planes become pixels`() {
        let planar = ImageShape(width: 2, height: 1, channels: 3)
        #expect(Raster.image([1, 2, 3, 4, 5, 6] as [UInt8], planar).bytes == [1, 3, 5, 2, 4, 6])
        let interleaved = ImageShape(width: 2, height: 1, channels: 3, layout: .interleaved)
        #expect(Raster.image([1, 2, 3, 4, 5, 6] as [UInt8], interleaved).bytes == [1, 2, 3, 4, 5, 6])
        // A slice, whose indices do not start at 0.
        #expect(Raster.image(([9, 1, 2, 3, 4, 5, 6] as [UInt8])[1...], planar).bytes == [1, 3, 5, 2, 4, 6])
    }

    @Test(
        arguments: [
            ([-5, 0, 127.4, 127.6, 255, 300], Contrast.clamped, [0, 0, 127, 128, 255, 255]),
            ([-1, -0.5, 0, 0.5, 0.75, 1], .stretched, [0, 64, 128, 191, 223, 255]),
            ([7, 7, 7, 7, 7, 7], .stretched, [128, 128, 128, 128, 128, 128]),
            ([.nan, .infinity, 0, 1, 2, 2], .stretched, [0, 0, 0, 128, 255, 255]),
            ([.nan, .infinity, -.infinity, 1, 2, 2], .clamped, [0, 0, 0, 1, 2, 2]),
            ([.nan, .nan, .nan, .nan, .nan, .nan], .stretched, [0, 0, 0, 0, 0, 0]),
            ([-1.7e308, 0, 1.7e308, 0, 0, 0], .stretched, [0, 128, 255, 128, 128, 128]),
            ([1e20, 1e20, 1e20, 1e20, 1e20, 1e20], .stretched, [128, 128, 128, 128, 128, 128]),
        ] as [([Double], Contrast, [UInt8])])
    func `values become shades`(values: [Double], contrast: Contrast, expected: [UInt8]) {
        #expect(Raster.image(values, ImageShape(width: 6, height: 1, channels: 1), contrast).bytes == expected)
    }

    @Test func `single precision is as good`() {
        let shape = ImageShape(width: 3, height: 1, channels: 1)
        #expect(Raster.image([-1, 0, 1] as [Float], shape, .stretched).bytes == [0, 128, 255])
    }

    @Test func `pixels are where the grid says`() {
        let images = (0..<3).map { i in
            Raster(width: 2, height: 2, channels: 1, bytes: (0..<4).map { UInt8(10 * i + $0) })
        }
        // Two columns, two rows, gaps of 2: a zoom of 3 makes 2 + 6 + 2 + 6 + 2.
        let grid = Raster.grid(images, limit: 20)
        #expect((grid.width, grid.height) == (18, 18))
        for y in 0..<18 {
            for x in 0..<18 {
                let (column, row) = (x / 8, y / 8)
                let isGap = x % 8 < 2 || y % 8 < 2 || row * 2 + column == 3
                let expected =
                    isGap ? 255 : UInt8(10 * (row * 2 + column) + (y % 8 - 2) / 3 * 2 + (x % 8 - 2) / 3)
                #expect(grid[x, y].first == expected)
            }
        }
    }

    @Test(arguments: [
        (49, 32, 32, 7, 7, 4), (144, 32, 32, 12, 12, 2), (1, 32, 32, 1, 1, 29), (1000, 32, 32, 32, 32, 1),
        (2, 28, 28, 2, 1, 17), (5, 28, 28, 3, 2, 11), (12, 100, 10, 1, 12, 7), (3, 2000, 2, 1, 3, 1),
    ])
    func `grids are square and seen well`(
        count: Int, width: Int, height: Int, columns: Int, rows: Int, zoom: Int
    ) {
        let image = Raster(width: width, height: height, channels: 3, grey: 0)
        let grid = Raster.grid(Array(repeating: image, count: count))
        #expect(grid.width == columns * (width * zoom + 2) + 2)
        #expect(grid.height == rows * (height * zoom + 2) + 2)
    }
}
