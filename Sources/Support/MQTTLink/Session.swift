internal import CMosquitto
internal import Glibc
internal import Host
internal import Vocabulary

/// One connection, from a fresh library handle to its end; lives and dies on the link's thread.
///
/// The handle is fresh so that the library has nothing of an earlier connection to send again. The library is told that
/// it is used from several threads, which is not so: it then only queues what it has to send, so that the
/// acknowledgement of a message leaves after the handler has returned, not before.
final class Session {
    private enum Phase { case connecting, greeted, up }

    let configuration: MQTTLinkConfiguration
    let outbox: Outbox
    let handler: any MQTTLinkHandler
    private let handle: MosquittoHandle

    private var phase = Phase.connecting
    private var isTCPConnected = false
    private(set) var end: MQTTLinkDown.Cause?
    private(set) var upSince: Uptime?
    private var nextCheck = Uptime(nanoseconds: 0)
    private var lastLog = ""

    /// By packet identifier: subscriptions the broker has not answered.
    private var asked: [Int32: [MQTTLinkConfiguration.Subscription]] = [:]
    /// By packet identifier: messages the broker has not answered; at most `window`.
    private var inFlight: [Int32: Outgoing] = [:]
    private var window: Int
    /// Taken from the outbox and not yet handed to the library; bounded by what the outbox accepts.
    private var ready: [Outgoing] = []
    private var readyIndex = 0

    /// The library checks its timers only when told to; it counts in seconds.
    private static let checkInterval = Uptime.Span.seconds(1)
    private static let goodbyeLimit = Uptime.Span.milliseconds(500)
    /// Messages handed to the library before the socket is read again.
    private static let burst = 256

    /// Nil when there is no memory.
    init?(configuration: MQTTLinkConfiguration, outbox: Outbox, handler: any MQTTLinkHandler) {
        guard let handle = MosquittoHandle(clientID: configuration.clientID) else { return nil }
        self.handle = handle
        self.configuration = configuration
        self.outbox = outbox
        self.handler = handler
        window = configuration.maximumInFlight
    }

    /// Connects and works until the connection ends or the link is stopped.
    func run(bindingTo bindAddress: String?) -> MQTTLinkDown.Cause {
        let mosquitto = handle.pointer
        // Sound for as long as the handle lives, which is within this object's life.
        mosquitto_user_data_set(mosquitto, Unmanaged.passUnretained(self).toOpaque())
        SessionCallbacks.set(on: mosquitto)
        if let cause = configure(mosquitto) { return cause }
        errno = 0
        let result = mosquitto_connect_bind_async(
            mosquitto, configuration.host, Int32(configuration.port), Int32(configuration.libraryKeepAliveSeconds),
            bindAddress)
        let code = errno
        guard result == MosquittoCode.success || result == MosquittoCode.connectionPending else {
            if result == MosquittoCode.systemError && code != EPROTO { return .unreachable(code: code) }
            return .init(result: result, errno: code, log: lastLog)
        }
        let deadline = BootClock.now() + .milliseconds(Int64(configuration.connectTimeoutMilliseconds))
        nextCheck = BootClock.now() + Self.checkInterval
        while true {
            // Asked before: what was accepted before the stop is still handed over, as far as the window allows.
            let isStopping = outbox.isStopping
            pump()
            if let end { return end }
            if isStopping { return sayGoodbye() }
            wait(upTo: deadline)
            if let end { return end }
        }
    }

    /// Keeps the first reason: later ones are its consequences.
    func finish(_ cause: MQTTLinkDown.Cause) {
        if end == nil { end = cause }
    }

    // MARK: the loop

    private func wait(upTo deadline: Uptime) {
        let now = BootClock.now()
        if phase != .up && now >= deadline {
            return finish(.connectTimeout(milliseconds: configuration.connectTimeoutMilliseconds))
        }
        if now >= nextCheck {
            nextCheck = now + Self.checkInterval
            check(mosquitto_loop_misc(handle.pointer))
            if end != nil { return }
        }
        var limit = nextCheck
        if phase != .up {
            // In a TLS handshake the library does not say for what it waits: look again soon.
            limit = min(min(limit, deadline), now + .milliseconds(100))
        }
        var events = Int16(POLLIN)
        if phase == .connecting ? !isTCPConnected : mosquitto_want_write(handle.pointer) { events |= Int16(POLLOUT) }
        var fds = (
            pollfd(fd: mosquitto_socket(handle.pointer), events: events, revents: 0),
            pollfd(fd: outbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        )
        let milliseconds = outbox.prepareToSleep() ? ((limit - now).nanoseconds + 999_999) / 1_000_000 : 0
        withUnsafeMutableBytes(of: &fds) { bytes in
            _ = poll(bytes.bindMemory(to: pollfd.self).baseAddress, 2, Int32(milliseconds))
        }
        outbox.endSleep()
        if fds.1.revents != 0 { outbox.wakeUp.clear() }
        if fds.0.revents != 0 || (phase == .connecting && isTCPConnected) { read(Int32(fds.0.revents)) }
    }

    private func read(_ events: Int32) {
        let isBroken = events & (POLLERR | POLLHUP | POLLNVAL) != 0
        if phase == .connecting && !isTCPConnected {
            let code = isBroken ? socketError() : 0
            // A reset, unlike a refusal, comes from a peer that had accepted.
            if code != 0 { return finish(code == ECONNRESET ? .lost(code: code) : .unreachable(code: code)) }
            isTCPConnected = true
        }
        // While connecting, a connection that breaks can leave the library content: it is given what is left to read.
        for _ in 0..<(isBroken && phase != .up ? 16 : 1) {
            check(mosquitto_loop_read(handle.pointer, 1))
            if end != nil { return }
        }
        if isBroken && phase != .up { finish(.lost(code: nil)) }
    }

    private func check(_ result: Int32) {
        let code = errno
        if result != MosquittoCode.success { finish(.init(result: result, errno: code, log: lastLog)) }
    }

    private func socketError() -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(mosquitto_socket(handle.pointer), SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    /// Hands over what waits, as far as the window allows, and writes.
    private func pump() {
        guard isTCPConnected else { return }
        if phase == .up {
            if readyIndex == ready.count {
                ready = outbox.takeWaiting()
                readyIndex = 0
            } else {
                ready += outbox.takeWaiting()
            }
        }
        var left = Self.burst
        repeat {
            while end == nil && left > 0 && readyIndex < ready.count && inFlight.count < window {
                handOver(ready[readyIndex])
                readyIndex += 1
                left -= 1
            }
            if end != nil { return }
            if phase == .connecting || mosquitto_want_write(handle.pointer) {
                check(mosquitto_loop_write(handle.pointer, 1))
            }
            // Messages of QoS 0 leave the window when they are written, so there may be room again.
        } while end == nil && left > 0 && readyIndex < ready.count && inFlight.count < window
        if readyIndex > 4096 {
            ready.removeFirst(readyIndex)
            readyIndex = 0
        }
    }

    private func sayGoodbye() -> MQTTLinkDown.Cause {
        finish(.stopped)
        guard phase != .connecting else { return .stopped }
        mosquitto_disconnect_v5(handle.pointer, 0, nil)
        let deadline = BootClock.now() + Self.goodbyeLimit
        while mosquitto_loop_write(handle.pointer, 1) == MosquittoCode.success {
            let socket = mosquitto_socket(handle.pointer)
            let left = (deadline - BootClock.now()).milliseconds
            guard socket >= 0, left > 0 else { break }
            var fd = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            poll(&fd, 1, Int32(left))
        }
        return .stopped
    }
}

// MARK: what the library is told and tells

extension Session {
    private func configure(_ mosquitto: OpaquePointer) -> MQTTLinkDown.Cause? {
        var result = mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
        result |= mosquitto_int_option(mosquitto, MOSQ_OPT_TCP_NODELAY, 1)
        result |= mosquitto_int_option(mosquitto, MOSQ_OPT_RECEIVE_MAXIMUM, Int32(configuration.maximumInFlight))
        result |= mosquitto_int_option(mosquitto, MOSQ_OPT_SEND_MAXIMUM, Int32(configuration.maximumInFlight))
        result |= mosquitto_threaded_set(mosquitto, true)
        if let username = configuration.username {
            result |= mosquitto_username_pw_set(mosquitto, username, configuration.password)
        }
        guard result == 0 else { return .library(code: result, why: "the library refused an option") }
        if let will = configuration.will {
            guard let properties = Properties(of: will) else {
                return .library(code: MosquittoCode.noMemory, why: MosquittoCode.text(MosquittoCode.noMemory))
            }
            let result = properties.giveAway {
                mosquitto_will_set_v5(
                    mosquitto, will.topic, Int32(will.payload.count), will.payload, will.qos.rawValue, will.retain, $0)
            }
            guard result == 0 else { return .library(code: result, why: "the library refused the will") }
        }
        if let tls = configuration.tls {
            let result = mosquitto_tls_set(mosquitto, tls.caFile, nil, tls.certificateFile, tls.keyFile, nil)
            guard result == 0 else { return .tls(why: "a certificate or key file cannot be read") }
        }
        return nil
    }

    func greeted(_ result: Int32, _ properties: OpaquePointer?) {
        guard end == nil else { return }
        guard result == 0 else {
            return finish(.refused(reasonCode: UInt8(truncatingIfNeeded: result), why: MosquittoCode.reason(result)))
        }
        phase = .greeted
        // It costs a formatted line for every packet, and the trouble it explains is over.
        mosquitto_log_callback_set(handle.pointer, nil)
        if let limit = PropertyReader.int16(properties, MQTT_PROP_RECEIVE_MAXIMUM) {
            window = min(configuration.maximumInFlight, max(1, Int(limit)))
        }
        // One request for each QoS, not for each filter: the broker answers it whole before anything else of it.
        for qos in [QoS.atLeastOnce, .atMostOnce] {
            let group = configuration.subscriptions.filter { $0.qos == qos }
            if !group.isEmpty { subscribe(group, qos) }
        }
        if asked.isEmpty { rise() }
    }

    private func subscribe(_ group: [MQTTLinkConfiguration.Subscription], _ qos: QoS) {
        var filters: [UnsafeMutablePointer<CChar>?] = group.map { strdup($0.filter) }
        defer { for filter in filters { free(filter) } }
        var packet: Int32 = 0
        let result = mosquitto_subscribe_multiple(
            handle.pointer, &packet, Int32(filters.count), &filters, qos.rawValue, 0, nil)
        guard result == MosquittoCode.success else {
            return finish(.library(code: result, why: "subscribing: " + MosquittoCode.text(result)))
        }
        asked[packet] = group
    }

    func subscribed(_ packet: Int32, granted: UnsafeBufferPointer<Int32>) {
        guard end == nil, let group = asked.removeValue(forKey: packet) else { return }
        for (index, subscription) in group.enumerated() {
            let code = index < granted.count ? granted[index] : 128
            guard code == subscription.qos.rawValue else {
                let reasonCode = UInt8(truncatingIfNeeded: code)
                return finish(.subscriptionRefused(filter: subscription.filter, reasonCode: reasonCode))
            }
        }
        if asked.isEmpty { rise() }
    }

    private func rise() {
        phase = .up
        upSince = BootClock.now()
        outbox.open()
        handler.linkUp()
    }

    private func handOver(_ outgoing: Outgoing) {
        let message = outgoing.message
        var packet: Int32 = 0
        var result = MosquittoCode.noMemory
        if let properties = Properties(of: message) {
            result = properties.withList {
                mosquitto_publish_v5(
                    handle.pointer, &packet, message.topic, Int32(message.payload.count), message.payload,
                    message.qos.rawValue, message.retain, $0)
            }
        }
        if result == MosquittoCode.success {
            inFlight[packet] = outgoing
            return
        }
        outbox.settle(outgoing)
        // The MQTT 5 reason codes a broker would give: packet too large, QoS not supported, unspecified error.
        let reason: UInt8 =
            switch result {
            case MosquittoCode.oversizePacket: 149
            case MosquittoCode.qosNotSupported: 155
            default: 128
            }
        handler.published(id: outgoing.id, isAccepted: false, reasonCode: reason)
    }

    func answered(_ packet: Int32, _ reason: Int32) {
        guard end == nil, let outgoing = inFlight.removeValue(forKey: packet) else { return }
        outbox.settle(outgoing)
        handler.published(
            id: outgoing.id, isAccepted: reason < 128, reasonCode: UInt8(truncatingIfNeeded: reason))
    }

    func received(_ message: UnsafePointer<mosquitto_message>, _ properties: OpaquePointer?) {
        guard end == nil else { return }
        let payload = UnsafeRawBufferPointer(
            start: message.pointee.payload,
            count: message.pointee.payload == nil ? 0 : Int(message.pointee.payloadlen))
        handler.received(
            MQTTMessage(
                topic: message.pointee.topic.map { String(cString: $0) } ?? "", payload: [UInt8](payload),
                qos: QoS(rawValue: message.pointee.qos) ?? .atLeastOnce, retain: message.pointee.retain,
                responseTopic: PropertyReader.string(properties, MQTT_PROP_RESPONSE_TOPIC),
                correlation: PropertyReader.binary(properties, MQTT_PROP_CORRELATION_DATA),
                expirySeconds: PropertyReader.int32(properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL),
                contentType: PropertyReader.string(properties, MQTT_PROP_CONTENT_TYPE)))
    }

    func disconnected(_ result: Int32, errno code: Int32) {
        finish(.init(result: result, errno: code, log: lastLog))
    }

    func logged(_ line: String) { lastLog = String(line.prefix(300)) }
}
