internal import CMosquitto
internal import Glibc

/// An owned MQTT 5 property list of the library.
struct Properties: ~Copyable {
    private var list: OpaquePointer?

    /// The properties of an outgoing message; nil when the library has no memory.
    init?(of message: MQTTMessage) {
        list = nil
        var result: Int32 = 0
        if let expiry = message.expirySeconds {
            result |= mosquitto_property_add_int32(&list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.number, expiry)
        }
        if let contentType = message.contentType {
            result |= mosquitto_property_add_string(&list, MQTT_PROP_CONTENT_TYPE.number, contentType)
        }
        if let responseTopic = message.responseTopic {
            result |= mosquitto_property_add_string(&list, MQTT_PROP_RESPONSE_TOPIC.number, responseTopic)
        }
        if let correlation = message.correlation {
            result |= mosquitto_property_add_binary(
                &list, MQTT_PROP_CORRELATION_DATA.number, correlation, UInt16(correlation.count))
        }
        guard result == 0 else { return nil }
    }

    deinit {
        var list = list
        mosquitto_property_free_all(&list)
    }

    /// For calls that copy the list.
    borrowing func withList<Result>(_ body: (OpaquePointer?) -> Result) -> Result { body(list) }

    /// For calls that keep the list when they succeed.
    consuming func giveAway(_ body: (OpaquePointer?) -> Int32) -> Int32 {
        let result = body(list)
        if result == 0 { list = nil }
        return result
    }
}

/// Reads single properties from a list that the library owns.
enum PropertyReader {
    static func string(_ list: OpaquePointer?, _ property: mqtt5_property) -> String? {
        guard let list else { return nil }
        var value: UnsafeMutablePointer<CChar>?
        guard mosquitto_property_read_string(list, property.number, &value, false) != nil, let value else {
            return nil
        }
        defer { free(value) }
        return String(cString: value)
    }

    static func binary(_ list: OpaquePointer?, _ property: mqtt5_property) -> [UInt8]? {
        guard let list else { return nil }
        var value: UnsafeMutableRawPointer?
        var count: UInt16 = 0
        guard mosquitto_property_read_binary(list, property.number, &value, &count, false) != nil else { return nil }
        defer { free(value) }
        return [UInt8](UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : Int(count)))
    }

    static func int32(_ list: OpaquePointer?, _ property: mqtt5_property) -> UInt32? {
        guard let list else { return nil }
        var value: UInt32 = 0
        return mosquitto_property_read_int32(list, property.number, &value, false) == nil ? nil : value
    }

    static func int16(_ list: OpaquePointer?, _ property: mqtt5_property) -> UInt16? {
        guard let list else { return nil }
        var value: UInt16 = 0
        return mosquitto_property_read_int16(list, property.number, &value, false) == nil ? nil : value
    }
}

extension mqtt5_property {
    var number: Int32 { Int32(rawValue) }
}
