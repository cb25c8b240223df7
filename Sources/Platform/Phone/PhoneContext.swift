internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A request, and the address that it counts for.
struct PhoneContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let remote: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remote = source.channel.remoteAddress
    }

    /// An IPv4 address, or the first half of an IPv6 one: a household has all of those that begin alike.
    /// - Parameter isBehindProxy: the proxy before this daemon has added whom it speaks for.
    func address(_ request: Request, isBehindProxy: Bool) -> String {
        if isBehindProxy, let field = HTTPField.Name("X-Forwarded-For"), let chain = request.headers[field],
            let last = chain.split(separator: ",").last
        {
            return PhoneContext.network(of: String(last.prefix(64).filter { !$0.isWhitespace }))
        }
        return PhoneContext.network(of: remote?.ipAddress ?? "")
    }

    static func network(of address: String) -> String {
        var six = [UInt8](repeating: 0, count: 16)
        guard address.contains(":"), inet_pton(AF_INET6, address, &six) == 1 else { return address }
        return six.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
