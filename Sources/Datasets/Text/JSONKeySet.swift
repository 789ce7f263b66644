/// The keys of an object so far: a few are compared one by one, many are hashed.
struct JSONKeySet {
    private struct Key: Hashable {
        let text: String

        static func == (one: Key, other: Key) -> Bool { isSameKey(one.text, other.text) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    private var keys: Set<Key> = []

    /// Whether `key` is none of the keys of `members`; remembers it.
    mutating func insert(_ key: String, after members: [JSONMember]) -> Bool {
        if members.count < 16 { return !members.contains { isSameKey($0.key, key) } }
        if keys.isEmpty { keys = Set(members.map { Key(text: $0.key) }) }
        return keys.insert(Key(text: key)).inserted
    }
}
