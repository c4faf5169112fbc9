import InternetMessage
import Testing

@Suite struct PlainAddressTests {
  /// The quick way to read an address gives what the whole parser gives.
  @Test func plainAddressesAreReadAsByTheParser() throws {
    for text in ["a@b", "A.b+c@X-1.example", "o'neil@x.example", "a@1.2.3.4", "a_b@x--y.example"] {
      let address = try #require(AddrSpec(text))
      let parsed = try #require(AddressList.parse(text).first).address
      #expect(address.localPart == parsed.localPart && address.domain == parsed.domain)
    }
    for text in ["a..b@x", ".a@x", "a.@x", "a@", "@x", "a@x.", "a@.x", "a@b@c", "a@x..y", "a b@x"] {
      let parsed = AddressList.parse(text)
      #expect(AddrSpec(text) == nil || AddrSpec(text) == parsed.first?.address, "\(text)")
    }
  }
}
