/// Why a register's request was not carried out. Nothing was changed by it.
public enum RegisterFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be read: which part, and what is expected.
    case badRequest(String)
    case unauthorised
    /// Neither a payment nor a refund of the last 24 hours has this id.
    case unknown
    /// The key was used with other contents.
    case conflict
    /// The payment is not in a state for it: what is.
    case notPossible(String)
    case tooLarge
    /// Too much waits; the same request may be sent again.
    case busy
    /// As many keys as are kept were used within 24 hours.
    case full
    /// The disk does not take it.
    case disk

    /// One word for machines.
    public var code: String {
        switch self {
        case .badRequest: "badRequest"
        case .unauthorised: "unauthorised"
        case .unknown: "unknown"
        case .conflict: "conflict"
        case .notPossible: "notPossible"
        case .tooLarge: "tooLarge"
        case .busy: "busy"
        case .full: "full"
        case .disk: "disk"
        }
    }

    /// The status of HTTP.
    public var status: Int {
        switch self {
        case .badRequest: 400
        case .unauthorised: 401
        case .unknown: 404
        case .conflict, .notPossible: 409
        case .tooLarge: 413
        case .busy, .full, .disk: 503
        }
    }

    public var description: String {
        switch self {
        case .badRequest(let what): what
        case .unauthorised: "send the token of the box's file register.token: Authorization: Bearer TOKEN"
        case .unknown: "no payment or refund of the last 24 hours has this id"
        case .conflict: "this key was used for another request; use a new key for each new one"
        case .notPossible(let why): why
        case .tooLarge: "more bytes than a request has"
        case .busy: "too much waits at the box; send the same request again in a second"
        case .full: "as many keys as the box keeps were used within 24 hours; ask the operator"
        case .disk: "the box cannot write to its disk, nothing was begun; ask the operator"
        }
    }

    public var chinese: String {
        switch self {
        case .badRequest: "请求格式有误"
        case .unauthorised: "令牌无效"
        case .unknown: "没有这笔交易"
        case .conflict: "该键已用于另一请求"
        case .notPossible: "当前状态不能这样做"
        case .tooLarge: "请求过长"
        case .busy: "设备忙，请稍后重发"
        case .full: "24小时内的请求过多，请联系管理员"
        case .disk: "设备无法写盘，未收款，请联系管理员"
        }
    }
}
