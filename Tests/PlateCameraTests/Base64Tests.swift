import Testing

@testable import PlateCamera

@Test(
    "base64 gives the test vectors of RFC 4648",
    arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
func base64(plain: String, expected: String) {
    #expect(Vzenith.base64(Array(plain.utf8)) == expected)
}
