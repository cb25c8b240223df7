internal import Glibc

/// The twin's socket and its clients. Knows lines of text, not what they do.
///
/// Unchecked, because it is handed over once: made by `GPIOTwin.init`, then used by the driver's thread alone.
final class TwinServer: @unchecked Sendable {
    static let maximumClients = 4

    private var listener: TwinListener?
    private var clients: [TwinClient] = []

    init(path: String) throws(GPIOError) { listener = try TwinListener(path: path) }

    var hasClients: Bool { !clients.isEmpty }

    func appendDescriptors(to polled: inout [pollfd]) {
        guard let descriptor = listenerDescriptor else { return }
        polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        for client in clients { polled.append(client.pollEntry) }
    }

    /// Takes what has arrived: calls `item` with each line, then returns the client that has connected, if one has.
    func collect(_ polled: ArraySlice<pollfd>, item: (TwinClient, LineBuffer.Item) -> Void) -> TwinClient? {
        var entries = polled.makeIterator()
        guard let first = entries.next() else { return nil }
        for client in clients {
            guard let entry = entries.next() else { break }
            if Int32(entry.revents) & POLLOUT != 0 { client.flush() }
            if Int32(entry.revents) & ~POLLOUT != 0 { for found in client.receive() { item(client, found) } }
        }
        dropGone()
        return Int32(first.revents) & POLLIN != 0 ? admit() : nil
    }

    /// Sends a line to every client.
    func broadcast(_ line: String) {
        for client in clients { client.send(line) }
        dropGone()
    }

    func shutDown() {
        clients = []
        listener = nil
    }

    private var listenerDescriptor: Int32? {
        switch listener {
        case .none: nil
        case .some(let listener): listener.descriptor
        }
    }

    private func admit() -> TwinClient? {
        guard let client = acceptOne() else { return nil }
        guard clients.count < TwinServer.maximumClients else {
            client.send("error \(TwinServer.maximumClients) clients are connected already")
            return nil
        }
        clients.append(client)
        return client
    }

    private func acceptOne() -> TwinClient? {
        switch listener {
        case .none: nil
        case .some(let listener): listener.accept()
        }
    }

    private func dropGone() { clients.removeAll { $0.isGone } }
}
