internal import CMosquitto
internal import Glibc

/// The functions the library calls: at file scope, so that they capture nothing and belong to no actor.
enum SessionCallbacks {
    static func set(on mosquitto: OpaquePointer) {
        mosquitto_connect_v5_callback_set(mosquitto, onConnect)
        mosquitto_disconnect_v5_callback_set(mosquitto, onDisconnect)
        mosquitto_subscribe_v5_callback_set(mosquitto, onSubscribe)
        mosquitto_publish_v5_callback_set(mosquitto, onPublish)
        mosquitto_message_v5_callback_set(mosquitto, onMessage)
        mosquitto_log_callback_set(mosquitto, onLog)
    }
}

private func session(_ opaque: UnsafeMutableRawPointer?) -> Session? {
    opaque.map { Unmanaged<Session>.fromOpaque($0).takeUnretainedValue() }
}

private func onConnect(
    _: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ reason: Int32, _: Int32, _ properties: OpaquePointer?
) {
    session(opaque)?.greeted(reason, properties)
}

private func onDisconnect(
    _: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ result: Int32, _: OpaquePointer?
) {
    let code = errno
    session(opaque)?.disconnected(result, errno: code)
}

private func onSubscribe(
    _: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ packet: Int32, _ count: Int32,
    _ granted: UnsafePointer<Int32>?, _: OpaquePointer?
) {
    session(opaque)?.subscribed(packet, granted: UnsafeBufferPointer(start: granted, count: Int(count)))
}

private func onPublish(
    _: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ packet: Int32, _ reason: Int32, _: OpaquePointer?
) {
    session(opaque)?.answered(packet, reason)
}

private func onMessage(
    _: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ message: UnsafePointer<mosquitto_message>?,
    _ properties: OpaquePointer?
) {
    guard let message else { return }
    session(opaque)?.received(message, properties)
}

private func onLog(_: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?, _ level: Int32, _ line: UnsafePointer<CChar>?)
{
    guard level == Int32(MOSQ_LOG_ERR), let line else { return }
    session(opaque)?.logged(String(cString: line))
}
