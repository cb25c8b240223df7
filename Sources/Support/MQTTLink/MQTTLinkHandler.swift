/// Hears from a link. All calls come from the link's one thread, one at a time, in order; return soon.
///
/// `publish` may be called in each of them, `stop` in none.
public protocol MQTTLinkHandler: AnyObject, Sendable {
    /// The broker has accepted the connection and granted all subscriptions; `publish` is accepted from now on.
    ///
    /// Every connection is a new session: nothing is left in the broker or the library from the one before.
    func linkUp()

    /// The link went down, or an attempt to connect failed; another attempt follows, except after `.stopped`.
    ///
    /// Every message accepted since `linkUp` and not answered by `published` has an unknown outcome: publish it again
    /// after the next `linkUp`. A caller of `publish` on another thread can get its identifier after this call.
    func linkDown(_ reason: MQTTLinkDown)

    /// A message came. For QoS 1 the broker gets its acknowledgement after this returns, so what must not be lost is to
    /// be safe by then. A broker may send a message before it grants the last subscription, so before `linkUp`.
    func received(_ message: MQTTMessage)

    /// The broker has acknowledged a message (QoS 1) or it was handed to the network (QoS 0); or it was refused.
    ///
    /// - Parameters:
    ///   - id: what `publish` returned; can come before it has returned on another thread.
    ///   - isAccepted: false when it was refused for good: publishing the same again has the same end.
    ///   - reasonCode: of MQTT 5: 0 accepted, 16 accepted and nobody subscribes, 128 or more refused.
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8)
}
