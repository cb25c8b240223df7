internal import CCurl
internal import Glibc
internal import Host
internal import Vocabulary

/// One request under way, on the thread that runs it, which any other thread can stop.
///
/// It knows bytes only. An answer without end is read as it comes. No proxy, no redirection, no cookie; HTTP alone.
public final class HTTPTransfer: @unchecked Sendable {
    // Why @unchecked is sound: `multi` is made once and used by `run`'s thread alone, but for curl_multi_wakeup, which
    // the library allows from any thread; `isCancelled` is guarded.
    private let request: HTTPRequest
    private let multi: UnsafeMutableRawPointer
    private let isCancelled = Monitor(false)

    /// The part of an answer that is handed to ``run(_:)``'s reader.
    public struct Portion {
        /// The value of the Content-Type header; empty if there was none.
        public var contentType: String
        public var bytes: [UInt8]
    }

    /// - Throws: ``HTTPFault/library(place:code:words:)`` when there is no memory.
    public init(_ request: HTTPRequest) throws(HTTPFault) {
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            throw .library(place: request.place, code: CURLE_OUT_OF_MEMORY.rawValue, words: "no memory for a transfer")
        }
        self.request = request
        self.multi = UnsafeMutableRawPointer(multi)
    }

    deinit { curl_multi_cleanup(multi) }

    /// Makes ``run(_:)`` end within a moment, now or when it begins; callable from any thread.
    public func cancel() {
        isCancelled.withLock { $0 = true }
        curl_multi_wakeup(multi)
    }

    /// Sends the request and reads the answer to its end; call it once.
    ///
    /// - Parameter reader: gets the body's bytes as they come, of an answer with status 200 only; false ends it.
    /// - Throws: ``HTTPFault``; also for any status but 200.
    public func run(_ reader: (Portion) -> Bool) throws(HTTPFault) {
        guard let easy = curl_easy_init() else { throw fault(CURLE_OUT_OF_MEMORY) }
        defer { curl_easy_cleanup(easy) }
        let headers = makeHeaders()
        defer { curl_slist_free_all(headers) }
        try withoutActuallyEscaping(reader) { (reader) throws(HTTPFault) in
            let answer = Answer(easy: easy, reader: reader)
            try set(easy, headers, answer)
            guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw fault(CURLE_OUT_OF_MEMORY) }
            defer { curl_multi_remove_handle(multi, easy) }
            let result = try drive(answer)
            let status = turnpike_curl_status(easy)
            if answer.isRefused { throw .refusedByReader(place: request.place) }
            // A status says more than that its body was not wanted.
            if status != 200, status != 0 { throw .status(place: request.place, status) }
            guard result == CURLE_OK else { throw fault(result) }
        }
    }

    private func drive(_ answer: Answer) throws(HTTPFault) -> CURLcode {
        let end = request.wholeLimit.map { BootClock.now() + $0 }
        var limit = BootClock.now() + request.connectLimit + request.silenceLimit
        var seen = answer.count
        while true {
            if isCancelled.withLock({ $0 }) { throw .cancelled }
            var running: Int32 = 0
            let code = curl_multi_perform(multi, &running)
            guard code == CURLM_OK else {
                throw .library(
                    place: request.place, code: UInt32(bitPattern: code.rawValue),
                    words: String(cString: curl_multi_strerror(code)))
            }
            var result = CURLE_OK
            if turnpike_curl_ended(multi, &result) == 1 { return result }
            let now = BootClock.now()
            if answer.count != seen {
                seen = answer.count
                limit = now + request.silenceLimit
            }
            guard now < limit else { throw .silent(place: request.place, request.silenceLimit) }
            if let end, let whole = request.wholeLimit, now >= end { throw .slow(place: request.place, whole) }
            let wait = min(1_000, (min(limit, end ?? limit) - now).milliseconds + 1)
            curl_multi_poll(multi, nil, 0, Int32(wait), nil)
        }
    }

    private func makeHeaders() -> UnsafeMutablePointer<curl_slist>? {
        // Some cameras' servers do not know "Expect: 100-continue" and let the caller wait.
        var headers = curl_slist_append(nil, "Expect:")
        if let contentType = request.contentType {
            headers = curl_slist_append(headers, "Content-Type: \(contentType)")
        }
        return headers
    }

    private func set(
        _ easy: UnsafeMutableRawPointer, _ headers: UnsafeMutablePointer<curl_slist>?, _ answer: Answer
    ) throws(HTTPFault) {
        let host = request.host.contains(":") ? "[\(request.host)]" : request.host
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, "http://\(host):\(request.port)\(request.path)"), (CURLOPT_PROXY, ""),
            (CURLOPT_USERAGENT, "turnpike"),
        ]
        if request.method != .get { texts.append((CURLOPT_CUSTOMREQUEST, request.method.rawValue)) }
        if let credentials = request.credentials {
            texts.append((CURLOPT_USERNAME, credentials.username))
            texts.append((CURLOPT_PASSWORD, credentials.password))
        }
        for (option, text) in texts { try check(turnpike_curl_set_text(easy, option, text)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TCP_NODELAY, 1), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: max(1, request.connectLimit.milliseconds))),
        ]
        for (option, number) in numbers { try check(turnpike_curl_set_number(easy, option, number)) }
        if request.credentials != nil { try check(turnpike_curl_use_digest(easy)) }
        try check(turnpike_curl_set_headers(easy, headers))
        if request.method != .get { try check(turnpike_curl_set_body(easy, request.body, request.body.count)) }
        let context = Unmanaged.passUnretained(answer).toOpaque()
        try check(turnpike_curl_set_writer(easy, bytesCame, context))
    }

    private func check(_ code: CURLcode) throws(HTTPFault) {
        if code != CURLE_OK { throw fault(code) }
    }

    private func fault(_ code: CURLcode) -> HTTPFault {
        .library(place: request.place, code: code.rawValue, words: String(cString: curl_easy_strerror(code)))
    }
}

/// Initialised once, before any thread uses the library.
private enum CurlLibrary {
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Where the library's callback puts the body's bytes.
private final class Answer {
    private let easy: UnsafeMutableRawPointer
    private let reader: (HTTPTransfer.Portion) -> Bool
    /// Bytes so far, of any status.
    private(set) var count = 0
    private(set) var isRefused = false

    init(easy: UnsafeMutableRawPointer, reader: @escaping (HTTPTransfer.Portion) -> Bool) {
        self.easy = easy
        self.reader = reader
    }

    /// - Returns: false to end the transfer.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        count += bytes.count
        guard turnpike_curl_status(easy) == 200 else { return true }
        let contentType = turnpike_curl_content_type(easy).map { String(cString: $0) } ?? ""
        isRefused = !reader(HTTPTransfer.Portion(contentType: contentType, bytes: Array(bytes)))
        return !isRefused
    }
}

private func bytesCame(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let answer = Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
    return answer.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
