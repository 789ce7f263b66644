/// One value that cannot be copied, on its way to another thread or in an array: taken once.
///
/// Sendable: who makes it hands it over, and one takes it.
final class Box<Value: ~Copyable>: @unchecked Sendable {
    var value: Value?

    init(_ value: consuming Value) { self.value = consume value }

    func take() -> Value { value.take()! }
}
