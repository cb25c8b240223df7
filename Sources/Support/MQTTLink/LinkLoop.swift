internal import CMosquitto
internal import Glibc
internal import Host
internal import Vocabulary

/// The link's thread: one session after another, with a pause between them.
struct LinkLoop: Sendable {
    let configuration: MQTTLinkConfiguration
    let outbox: Outbox
    let handler: any MQTTLinkHandler
    let backoff: @Sendable (Int) -> Duration

    /// A connection that held for less than this counts as a failed attempt: two clients with one identifier, which
    /// end each other's connection for ever, then do it ever more slowly.
    private static let steadyAfter = Uptime.Span.seconds(10)
    private static let longestPauseSeconds: Int64 = 3600

    func run() {
        var failures = 0
        var takesOtherFamily = false
        while !outbox.isStopping {
            let (cause, upSince) = attempt(takesOtherFamily)
            let isStopping = outbox.isStopping
            let unanswered = outbox.close()
            if upSince != nil || !isStopping {
                handler.linkDown(
                    MQTTLinkDown(
                        broker: configuration.broker, cause: isStopping ? .stopped : cause, wasUp: upSince != nil,
                        unanswered: unanswered))
            }
            if upSince == nil { takesOtherFamily.toggle() }
            if let upSince, BootClock.now() - upSince >= Self.steadyAfter { failures = 0 }
            failures += 1
            pause(after: failures)
        }
    }

    private func attempt(_ takesOtherFamily: Bool) -> (cause: MQTTLinkDown.Cause, upSince: Uptime?) {
        let family = AddressFamily.toUse(for: configuration.host, takesOther: takesOtherFamily)
        if case .failure(let cause) = family { return (cause, nil) }
        // A name look-up may have taken long.
        if outbox.isStopping { return (.stopped, nil) }
        guard let session = Session(configuration: configuration, outbox: outbox, handler: handler) else {
            return (.library(code: Int32(MOSQ_ERR_NOMEM.rawValue), why: "out of memory"), nil)
        }
        let cause = session.run(bindingTo: family.bindAddress)
        return (cause, session.upSince)
    }

    private func pause(after failures: Int) {
        guard !outbox.isStopping else { return }
        let asked = backoff(failures).components
        let seconds = min(max(0, asked.seconds), Self.longestPauseSeconds)
        let end = BootClock.now() + .seconds(seconds) + .init(nanoseconds: max(0, asked.attoseconds / 1_000_000_000))
        while !outbox.isStopping {
            let left = (end - BootClock.now()).nanoseconds
            guard left > 0 else { return }
            var wake = pollfd(fd: outbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&wake, 1, Int32((left + 999_999) / 1_000_000))
            if wake.revents != 0 { outbox.wakeUp.clear() }
        }
    }
}

/// Which address family to connect by, when a name has both.
///
/// The library tries only the first address when it connects without blocking, so a broker with an unreachable IPv6
/// address would never be reached by IPv4. Binding to the other family's "any" address makes it skip the first.
enum AddressFamily {
    case only
    case ipv4
    case ipv6
    case failure(MQTTLinkDown.Cause)

    var bindAddress: String? {
        switch self {
        case .ipv4: "0.0.0.0"
        case .ipv6: "::"
        case .only, .failure: nil
        }
    }

    /// - Parameter takesOther: than the one the system prefers.
    static func toUse(for host: String, takesOther: Bool) -> AddressFamily {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard result == 0, let list else {
            return .failure(.unresolved(why: String(cString: gai_strerror(result))))
        }
        var families: [Int32] = []
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next {
            if !families.contains(entry.pointee.ai_family) { families.append(entry.pointee.ai_family) }
            next = entry.pointee.ai_next
        }
        return choose(among: families, takesOther: takesOther)
    }

    /// - Parameter families: without repetition, the preferred one first.
    static func choose(among families: [Int32], takesOther: Bool) -> AddressFamily {
        guard families.count > 1 else { return .only }
        return families[takesOther ? 1 : 0] == AF_INET6 ? .ipv6 : .ipv4
    }
}
