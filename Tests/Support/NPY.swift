package import Foundation

/// A numpy array file of version 1.0: a header of these words, padded as numpy does, and the bytes of the values.
/// - Parameters:
///   - type: `|u1`, `<f8` and the like.
///   - shape: as numpy writes it between the parentheses: `3,` or `2, 5`.
package func npy(_ type: String, shape: String, fortran: Bool = false, _ bytes: some Sequence<UInt8>) -> Data {
    let order = fortran ? "True" : "False"
    let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(shape)), }"
    let padded = header + String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = padded.utf8.count
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + padded.utf8) + bytes
}

/// Rows of doubles as a file.
package func npy(_ values: [Double], columns: Int) -> Data {
    npy("<f8", shape: "\(values.count / columns), \(columns)", values.flatMap { littleEndian($0.bitPattern) })
}

/// Rows of floats as a file.
package func npy(_ values: [Float], columns: Int) -> Data {
    npy("<f4", shape: "\(values.count / columns), \(columns)", values.flatMap { littleEndian($0.bitPattern) })
}

/// The bytes of a number, the least significant first.
package func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}

/// A numpy array of floating values, read without any code of the project.
package struct Array2D {
    package var shape: [Int]
    package var values: [Double]

    package struct Malformed: Error {
        package var reason: String
    }

    package init(npy data: Data) throws {
        guard data.count > 10 && data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)) else {
            throw Malformed(reason: "no npy file: \(data.count) bytes")
        }
        let length = Int(data[8]) | Int(data[9]) << 8
        let header = String(decoding: data[10..<10 + length], as: UTF8.self)
        let shapeText = header.split(separator: "(").last?.split(separator: ")").first
        shape = (shapeText ?? "").split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        let body = data[(10 + length)...]
        if header.contains("'<f8'") {
            values = stride(from: body.startIndex, to: body.endIndex, by: 8).map { start in
                Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(body[start + $1]) << UInt64(8 * $1) })
            }
        } else if header.contains("'<f4'") {
            values = stride(from: body.startIndex, to: body.endIndex, by: 4).map { start in
                Double(Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(body[start + $1]) << UInt32(8 * $1) }))
            }
        } else {
            guard header.contains("'|u1'") else { throw Malformed(reason: header) }
            values = body.map(Double.init)
        }
        guard values.count == shape.reduce(1, *) else { throw Malformed(reason: "\(values.count) values: \(header)") }
    }

    package var columns: Int { shape.dropFirst().reduce(1, *) }

    package func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }
}
