/// What stops a demonstration, in words.
public struct DemoError: Error, CustomStringConvertible {
    public let description: String
    package init(_ description: String) { self.description = description }
}
