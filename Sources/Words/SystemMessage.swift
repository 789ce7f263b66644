internal import Glibc

/// The operating system's own words for an `errno`.
package func systemMessage(_ code: Int32) -> String {
    // Glibc's text lives until the thread asks again; it is copied at once.
    let words = unsafe String(cString: strerror(code))
    return words.prefix(1).lowercased() + words.dropFirst()
}
