/// Certificates for tests only, valid for a hundred years and made for 127.0.0.1; no real service knows their
/// authority.
enum TestCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIUMAruY487qLe2OENK2jZrgeI2caAwCgYIKoZIzj0EAwIw
        IjEgMB4GA1UEAwwXVHVybnBpa2UgdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDM1
        NzM5WhgPMjEyNjEwMjgwMzU3MzlaMCIxIDAeBgNVBAMMF1R1cm5waWtlIHRlc3Qg
        YXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAfj5L/iunylyEPwb
        cx3jgMMDxcPaDL7jmKsw7BChi8Eyv8pRQXVOp01nnB2Z+6HxYiUDs1fSLtruTf+Q
        y1M/mqNTMFEwHQYDVR0OBBYEFDhAXnklK1UN6PSZd6Rdz1fs3ZQLMB8GA1UdIwQY
        MBaAFDhAXnklK1UN6PSZd6Rdz1fs3ZQLMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
        zj0EAwIDSQAwRgIhAKJeAUtqz1tUS86ftIOtvcSwhNwAy5jUKwrOvwofseewAiEA
        jXxulrhoUHDRhBFKdAiPwoK91N9ZihQFdXdMKKB2Tf8=
        -----END CERTIFICATE-----
        """

    static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATWgAwIBAgIUdD2XetTWt0zMEEavH06SPDblzTEwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMDM1NzM5WhgP
        MjEyNjEwMjgwMzU3MzlaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOlTpuW12g3+M4vZauePO6GUYiSpJ+95w
        GdVVPeUQlUc25u2sEjNRtJvMICUQykXpHP1AsWibG8tuLFVFKymp0aNTMFEwHQYD
        VR0OBBYEFHh0Po8nkho/JAHjo4RbPCF5Jz66MB8GA1UdIwQYMBaAFHh0Po8nkho/
        JAHjo4RbPCF5Jz66MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
        AO3wqkE3It74RlhiC3KjOTLYHBIR1YkfkbV3UYyduorcAiAqSWYtUXlYdhe7zfMd
        +b8hRPgiwc0xOLTkm6IXT9SJPQ==
        -----END CERTIFICATE-----
        """

    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBojCCAUmgAwIBAgIUcxO919DYeuARHnOlmEYtPxiAIIAwCgYIKoZIzj0EAwIw
        IjEgMB4GA1UEAwwXVHVybnBpa2UgdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDM1
        NzM5WhgPMjEyNjEwMjgwMzU3MzlaMB8xHTAbBgNVBAMMFHR1cm5waWtlLXRlc3Qt
        YnJva2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEnhnrI9pSD+IHHt6dxU5
        zq+RGava3NPBj9Y83Kn+KxbXbTAJ3xy2z4y3blAcU7xWxvIT8oASivkwpracDmXR
        86NeMFwwDwYDVR0RBAgwBocEfwAAATAJBgNVHRMEAjAAMB0GA1UdDgQWBBS3N5Uo
        swdq+3qREvlLPv9SabfDCzAfBgNVHSMEGDAWgBQ4QF55JStVDej0mXekXc9X7N2U
        CzAKBggqhkjOPQQDAgNHADBEAiB54SHd7Tgev/lsehCleei3hKvxEH5hFRFO0JCQ
        HlvwBQIgJH4/509iJmpbtj4Qon+CdE7wRRLyME2u1CXPiPGNya4=
        -----END CERTIFICATE-----
        """

    static let serverKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIJNZbM0buAM0+cmArxTFUH6IoFsKDMY6UjI7HKU9uCKHoAoGCCqGSM49
        AwEHoUQDQgAEEnhnrI9pSD+IHHt6dxU5zq+RGava3NPBj9Y83Kn+KxbXbTAJ3xy2
        z4y3blAcU7xWxvIT8oASivkwpracDmXR8w==
        -----END EC PRIVATE KEY-----
        """
}
