public import Vocabulary

/// One request to a server in the neighbourhood: a camera, a sign.
public struct HTTPRequest: Hashable, Sendable {
    public enum Method: String, Sendable { case get = "GET", put = "PUT", post = "POST" }

    public var method: Method
    /// A name or an address.
    public var host: String
    /// 1 to 65,535.
    public var port: Int
    /// With its query, beginning with `/`; sent as it is.
    public var path: String
    /// Sent by Digest only, and only when the server asks.
    public var credentials: Credentials?
    public var contentType: String?
    public var body: [UInt8]
    /// The longest that connecting may take, and the longest silence of the server after that; 100 ms to 1 h.
    public var connectLimit: Uptime.Span
    public var silenceLimit: Uptime.Span
    /// The longest that all of it may take; nil for an answer without end.
    public var wholeLimit: Uptime.Span?

    public struct Credentials: Hashable, Sendable {
        public var username: String
        public var password: String

        public init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    public init(
        _ method: Method = .get, host: String, port: Int = 80, path: String, credentials: Credentials? = nil,
        contentType: String? = nil, body: [UInt8] = [], connectLimit: Uptime.Span = .seconds(5),
        silenceLimit: Uptime.Span = .seconds(5), wholeLimit: Uptime.Span? = nil
    ) {
        self.method = method
        self.host = host
        self.port = port
        self.path = path
        self.credentials = credentials
        self.contentType = contentType
        self.body = body
        self.connectLimit = connectLimit
        self.silenceLimit = silenceLimit
        self.wholeLimit = wholeLimit
    }

    /// Where it goes, for a person; without the credentials.
    var place: String { "\(host):\(port)" }
}

/// Why a request came to nothing.
public enum HTTPFault: Error, Equatable, Sendable {
    /// The library's own code and words.
    case library(place: String, code: UInt32, words: String)
    /// Any status but 200.
    case status(place: String, Int)
    case silent(place: String, Uptime.Span)
    case slow(place: String, Uptime.Span)
    /// Whoever took the bytes wanted no more.
    case refusedByReader(place: String)
    case cancelled
}

extension HTTPFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .library(let place, let code, let words): "\(place): \(words) (code \(code)); look at cable and address"
        case .status(let place, 401):
            "\(place) refuses the user name or the password (status 401); compare them with the hardware file"
        case .status(let place, 404):
            "\(place) does not know the address asked for (status 404); is it the make that the hardware file names?"
        case .status(let place, let status): "\(place) answers with status \(status)"
        case .silent(let place, let span): "\(place) has sent nothing for \(span.milliseconds) ms"
        case .slow(let place, let span): "\(place) has not answered in full within \(span.milliseconds) ms"
        case .refusedByReader(let place): "\(place) sent what cannot be read on"
        case .cancelled: "cancelled"
        }
    }
}
