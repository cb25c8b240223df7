internal import Crypto

/// The server's side of HTTP Digest (RFC 7616 with MD5, as cameras have it).
struct DigestCheck {
    var username: String
    var password: String
    let realm = "Login to stand-in"
    let nonce = "5d2f0c3b9a"

    /// The header that asks for credentials.
    var challenge: String {
        "WWW-Authenticate: Digest realm=\"\(realm)\", qop=\"auth\", nonce=\"\(nonce)\", opaque=\"0\"\r\n"
    }

    /// Whether an `Authorization` header proves the password.
    func accepts(_ header: String?, method: String, path: String) -> Bool {
        guard let header, header.lowercased().hasPrefix("digest ") else { return false }
        var fields: [String: String] = [:]
        for piece in header.dropFirst(7).split(separator: ",") {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let key = piece[..<equals].filter { $0 != " " }
            fields[String(key)] = piece[piece.index(after: equals)...].filter { $0 != "\"" }
        }
        guard fields["username"] == username, fields["nonce"] == nonce, fields["uri"] == path else { return false }
        let secret = md5("\(username):\(realm):\(password)")
        let middle = "\(nonce):\(fields["nc"] ?? ""):\(fields["cnonce"] ?? ""):auth"
        return fields["response"] == md5("\(secret):\(middle):\(md5("\(method):\(path)"))")
    }

    private func md5(_ text: String) -> String {
        let digits = Array("0123456789abcdef")
        return String(
            Insecure.MD5.hash(data: Array(text.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
