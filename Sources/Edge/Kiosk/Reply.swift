internal import HTTPTypes
internal import Hummingbird
internal import JSONText
internal import NIOCore
internal import Vocabulary

/// The answers of the box's pages.
enum Reply {
    /// A header that no form and no link can send.
    static let ownHeader: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Turnpike") else { preconditionFailure("it is a header's name") }
        return name
    }()

    private static let policy: HTTPField.Name = {
        guard let name = HTTPField.Name("Content-Security-Policy") else {
            preconditionFailure("it is a header's name")
        }
        return name
    }()

    static func page(_ body: [UInt8], _ type: String) -> Response {
        answer(.ok, type, body)
    }

    static func json(_ body: [UInt8], _ status: HTTPResponse.Status = .ok) -> Response {
        answer(status, "application/json", body)
    }

    /// What became of a slip; `none` where none was asked for.
    static func slip(_ state: PrintState?, _ status: HTTPResponse.Status = .ok) -> Response {
        json(
            JSONWriter.object {
                $0.field("state", state?.word ?? "none")
                $0.field("text", state?.text ?? "")
            }, status)
    }

    /// A report as a page, as the `text` of a slip, or as `csv`.
    static func report(_ page: ReportPage, form: String?, file: String, html: () -> [UInt8]) -> Response {
        switch form {
        case nil: return self.page(html(), "text/html; charset=utf-8")
        case "text": return self.page(Array(page.text.utf8), "text/plain; charset=utf-8")
        case "csv":
            var reply = self.page([0xEF, 0xBB, 0xBF] + Array(page.csv.utf8), "text/csv; charset=utf-8")
            reply.headers[.contentDisposition] = "attachment; filename=\"\(file)\""
            return reply
        default: return say(.notFound, "text or csv")
        }
    }

    static func say(_ status: HTTPResponse.Status, _ text: String) -> Response {
        json(JSONWriter.object { $0.field("error", text) }, status)
    }

    static var signIn: Response { say(.unauthorized, "请登录 Please sign in") }

    /// To a request that another site's page may have sent.
    static var notOwn: Response { say(.forbidden, "请从本页面操作 Use the page of this box") }

    static func wait(_ span: Uptime.Span) -> Response {
        let seconds = max(1, (span.milliseconds + 999) / 1_000)
        var reply = say(
            .tooManyRequests, "请在\(seconds)秒后重试 Too many attempts: try again in \(seconds) seconds")
        reply.headers[.retryAfter] = "\(seconds)"
        return reply
    }

    static func event(_ data: [UInt8], retry: Bool = false) -> ByteBuffer {
        var buffer = ByteBuffer(string: retry ? "retry: 2000\ndata: " : "data: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }

    /// A comment: it keeps the connection, and tells the page nothing.
    static var heartbeat: ByteBuffer { ByteBuffer(string: ": alive\n\n") }

    /// - Parameter most: how many bytes it may have.
    static func json(_ request: Request, most: Int = 4_096) async -> JSONNode? {
        guard request.headers[.contentType]?.hasPrefix("application/json") == true,
            let body = try? await request.body.collect(upTo: most)
        else { return nil }
        return try? JSONNode.parse(Array(body.readableBytesView), dialect: .json)
    }

    /// The session's token in the cookie.
    static func token(_ request: Request) -> String? {
        guard let cookies = request.headers[.cookie] else { return nil }
        for cookie in cookies.split(separator: ";") {
            let parts = cookie.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "turnpike" { return String(parts[1]) }
        }
        return nil
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ body: [UInt8]) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        headers[policy] = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
