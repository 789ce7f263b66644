import Glibc

/// Whether a line of shell succeeds: what a test asks before it relies on software, or on a right, that may be missing.
package func succeeds(_ line: String) -> Bool {
    let status = unsafe system("{ \(line); } >/dev/null 2>&1 </dev/null")
    return status == 0
}
