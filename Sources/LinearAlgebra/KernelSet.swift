internal import Glibc
internal import Kernels

/// The loops for one instruction set: Gram and Project, and the maps of single values.
///
/// All sets give the same bits where they compute with whole numbers, and so do all that fuse products with their sums;
/// see `isFused`.
///
/// Sendable: the table is a constant of the program.
@safe
package struct KernelSet: @unchecked Sendable {
    let table: UnsafePointer<kernel_set>

    /// As `NNPREP_KERNELS` has it.
    package var name: String { unsafe String(cString: table.pointee.name) }

    /// Whether products are added without being rounded first.
    package var isFused: Bool { unsafe table.pointee.is_fused }

    // What kernels.h says of the members of these names.
    var gramGroupBytes: Int { unsafe table.pointee.gram_group_bytes }
    var gramExcessOfRows: Bool { unsafe table.pointee.gram_excess_of_rows }
    var scatterPanel: Int { unsafe table.pointee.scatter_panel }
    var floatLanes: Int { unsafe table.pointee.float_lanes }
    var panelVectors: Int { unsafe table.pointee.panel_vectors }
    var digits: Int { unsafe table.pointee.digits }
    var digitBits: Int { unsafe table.pointee.digit_bits }
    var digitGroup: Int { unsafe table.pointee.digit_group }
    var digitColumns: Int { unsafe table.pointee.digit_columns }
    var shiftsBytes: Bool { unsafe table.pointee.shifts_bytes }

    /// Whether four products of bytes are added up by one instruction.
    package var multipliesBytes: Bool { gramGroupBytes == 4 * kernel_gram_panel }

    /// The sets of this architecture that this processor can run, the fastest first.
    package static let available: [KernelSet] = all.filter { unsafe $0.table.pointee.is_available() }

    static let all: [KernelSet] = {
        var sets: [KernelSet] = []
        while let table = unsafe kernel_set_at(sets.count) { sets.append(unsafe KernelSet(table: table)) }
        return sets
    }()

    /// The environment variable that names the set to be used, for tests and reports of bugs.
    package static let variable = "NNPREP_KERNELS"

    private static let wanted: String? = unsafe getenv(variable).map { unsafe String(cString: $0) }

    /// The set in use: the one that the environment names, or the fastest.
    package static let current: KernelSet = available.first { $0.name == wanted } ?? available[0]

    /// The set that the environment asks for, where this processor does not have it.
    package static var missing: String? {
        wanted.flatMap { name in name.isEmpty || available.contains { $0.name == name } ? nil : name }
    }
}

/// What rows consist of, and results: UInt8, Float or Double.
package protocol RowScalar: BitwiseCopyable, Sendable {
    static var kind: RowScalarKind { get }
}

package enum RowScalarKind: Sendable {
    case bytes, floats, doubles

    var kernel: kernel_scalar {
        switch self {
        case .bytes: kernel_bytes
        case .floats: kernel_floats
        case .doubles: kernel_doubles
        }
    }
}

extension UInt8: RowScalar {
    package static var kind: RowScalarKind { .bytes }
}
extension Float: RowScalar {
    package static var kind: RowScalarKind { .floats }
}
extension Double: RowScalar {
    package static var kind: RowScalarKind { .doubles }
}
