/// numpy's archives of arrays: zip files of npy files.
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
enum NPZ {
    /// What numpy.savez calls an array without a name.
    static let member = "arr_0.npy"

    /// Opens one array: the one of that name, or the only one. The source then gives the bytes of its npy file.
    static func open(
        _ source: consuming ByteSource, path: String, array: String?
    ) throws(DatasetError) -> ByteSource {
        if source.canReopen, let size = source.size { return try openListed(path, size: size, array: array) }
        // A pipe is read from its start: the array must be looked for.
        var others: [String] = []
        while true {
            let start = try source.peek(30)
            guard let length = ZipMember.headerLength(start) else {
                guard start.starts(with: Array("PK".utf8)) else {
                    throw DatasetError(source.name, .zip("does not begin with a member"))
                }
                throw DatasetError(
                    source.name, array == nil ? .foreign(.zip(of: others)) : .noArray(array, names: []))
            }
            let member = try zip(source.name) { () throws(DatasetError) in try source.peek(length) }
            source.skip(length)
            if let name = member.arrayName, array == nil || array == name {
                source.open(member, isOnly: array == nil)
                return source
            }
            if others.count < 1000 { others.append(member.name) }
            guard let packed = member.packed else {
                throw DatasetError(source.name, .zip("does not say how long its member \(shown(member.name)) is"))
            }
            try source.pass(packed)
        }
    }

    private static func openListed(_ path: String, size: Int, array: String?) throws(DatasetError) -> ByteSource {
        var source = try ByteSource(path: path)
        let tailLength = min(size, ZipMember.tailLength)
        try source.pass(size - tailLength)
        let tail = try source.readAll()
        guard let place = ZipMember.directory(tail: tail, size: size), place.count <= mostDirectory else {
            throw DatasetError(path, .zip("has no directory at its end"))
        }
        source = try ByteSource(path: path)
        try source.pass(place.lowerBound)
        let bytes = Array(try source.peek(place.count).prefix(place.count))
        let members = try problems(path) { () throws(ZipProblem) in try ZipMember.directory(bytes) }
        let arrays = members.filter { $0.arrayName != nil }
        let member = arrays.first { array == nil ? arrays.count == 1 : $0.arrayName == array }
        guard let member else {
            if arrays.isEmpty { throw DatasetError(path, .foreign(.zip(of: members.map(\.name)))) }
            throw DatasetError(path, .noArray(array, names: arrays.compactMap(\.arrayName)))
        }
        source = try ByteSource(path: path)
        guard member.offset <= size else { throw DatasetError(path, .zip("has a damaged directory")) }
        try source.pass(member.offset)
        guard let length = ZipMember.headerLength(try source.peek(30)) else {
            throw DatasetError(path, .zip("has a damaged directory"))
        }
        try source.pass(length)
        source.open(member, isOnly: false)
        return source
    }

    /// A longer directory is refused: no archive of arrays needs it.
    private static let mostDirectory = 1 << 26

    private static func zip(
        _ file: String, _ header: () throws(DatasetError) -> [UInt8]
    ) throws(DatasetError) -> ZipMember {
        let header = try header()
        guard let length = ZipMember.headerLength(header), header.count >= length else {
            throw DatasetError(file, .zip("ends early"))
        }
        return try problems(file) { () throws(ZipProblem) in try ZipMember(header: header) }
    }

    private static func problems<Value>(
        _ file: String, _ body: () throws(ZipProblem) -> Value
    ) throws(DatasetError) -> Value {
        do throws(ZipProblem) { return try body() } catch { throw DatasetError(file, .zip(error.words)) }
    }
}

extension ZipMember {
    /// As numpy.load names it; nil for what is no array.
    var arrayName: String? { name.hasSuffix(".npy") ? String(name.dropLast(4)) : nil }
}
