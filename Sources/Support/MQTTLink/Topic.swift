internal import CMosquitto

/// What may be a topic; the library's own rules, and no zero bytes, which would cut a C string short.
enum Topic {
    static func isName(_ topic: String) -> Bool {
        check(topic) { mosquitto_pub_topic_check2($0, $1) }
    }

    static func isFilter(_ filter: String) -> Bool {
        check(filter) { mosquitto_sub_topic_check2($0, $1) }
    }

    static func isText(_ text: String) -> Bool {
        text.isEmpty || check(text) { _, _ in Int32(MOSQ_ERR_SUCCESS.rawValue) }
    }

    private static func check(_ text: String, _ rule: (UnsafePointer<CChar>, Int) -> Int32) -> Bool {
        let count = text.utf8.count
        guard (1...65535).contains(count), !text.utf8.contains(0) else { return false }
        return text.withCString {
            mosquitto_validate_utf8($0, Int32(count)) == Int32(MOSQ_ERR_SUCCESS.rawValue)
                && rule($0, count) == Int32(MOSQ_ERR_SUCCESS.rawValue)
        }
    }
}

extension MQTTMessage {
    /// - Throws: `badTopic`, `badProperty` or `tooLarge`.
    func validate(limit: Int) throws(MQTTLinkError) {
        guard Topic.isName(topic) else { throw .badTopic(topic) }
        if let responseTopic, !Topic.isName(responseTopic) { throw .badTopic(responseTopic) }
        if let contentType, !Topic.isText(contentType) { throw .badProperty(name: "content type", topic: topic) }
        if let correlation, correlation.count > 65535 {
            throw .badProperty(name: "correlation data", topic: topic)
        }
        guard packetBytes <= limit else { throw .tooLarge(topic: topic, bytes: packetBytes, limit: limit) }
    }
}
