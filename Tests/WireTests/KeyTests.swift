import Testing
import Vocabulary
import Wire

@Suite("Keys and signatures")
struct KeyTests {
    struct Vector: Sendable {
        var seed: String, publicKey: String, message: String, signature: String
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    static let vectors = [
        Vector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        Vector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
                + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        Vector(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
                + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ]

    static let box = BoxKey(seed: Hexadecimal.bytes(vectors[0].seed)!)!
    static let stranger = BoxKey(seed: Hexadecimal.bytes(vectors[1].seed)!)!

    @Test("keys and signatures are those of RFC 8032", arguments: vectors)
    func knownAnswer(vector: Vector) throws {
        let key = try #require(Hexadecimal.bytes(vector.seed).flatMap { BoxKey(seed: $0) })
        let message = try #require(Hexadecimal.bytes(vector.message))
        #expect(key.publicKey.description == vector.publicKey)
        #expect(Hexadecimal.text(key.sign(message)) == vector.signature)
        let publicKey = try BoxPublicKey(hexadecimal: vector.publicKey)
        let signature = try #require(Hexadecimal.bytes(vector.signature))
        #expect(publicKey.verifies(signature, of: message))
    }

    @Test("a signature with any bit changed, of another text or length, or by another key, is refused")
    func refused() {
        let text = Array("text".utf8)
        let signature = Self.box.sign(text)
        for place in signature.indices {
            for bit in 0..<8 {
                #expect(
                    !Self.box.publicKey.verifies(
                        signature.with(signature[place] ^ 1 << UInt8(bit), at: place), of: text))
            }
        }
        #expect(Self.box.publicKey.verifies(signature, of: text))
        #expect(!Self.box.publicKey.verifies(signature, of: text + [0]))
        #expect(!Self.box.publicKey.verifies(signature, of: []))
        #expect(!Self.box.publicKey.verifies([], of: text))
        #expect(!Self.box.publicKey.verifies(signature.dropLast(), of: text))
        #expect(!Self.box.publicKey.verifies(signature + [0], of: text))
        #expect(!Self.stranger.publicKey.verifies(signature, of: text))
    }

    @Test("a key is 32 bytes, nothing else", arguments: [0, 31, 32, 33, 64])
    func lengths(count: Int) {
        let bytes = [UInt8](repeating: 7, count: count)
        #expect((BoxKey(seed: bytes) != nil) == (count == 32))
        #expect((BoxPublicKey(bytes: bytes) != nil) == (count == 32))
    }

    @Test(
        "a public key reads back from its digits; other texts are refused with what to do", arguments: ["", "ab", "XY"])
    func text(bad: String) throws {
        #expect(try BoxPublicKey(hexadecimal: Self.box.publicKey.description) == Self.box.publicKey)
        let error = #expect(throws: BoxPublicKeyError.self) { try BoxPublicKey(hexadecimal: bad) }
        #expect(error?.description.contains("turnpike enrol") == true)
    }
}
