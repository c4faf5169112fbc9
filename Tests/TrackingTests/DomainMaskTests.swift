import InternetMessage
import Testing

@testable import Tracking

/// What the mask of a set of patterns leaves out, the patterns would not have matched.
@Suite struct DomainMaskTests {
  static let patterns = [
    "ann@fabrikam.example", "@fabrikam.example", "@*.fabrikam.example", "@*.example",
    "@bücher.example",
    "@xn--bcher-kva.example", "a*@x.example", "/^ann@/", "o'neil@[192.0.2.1]",
  ]
  static let addresses = [
    "ann@fabrikam.example", "Ann@FABRIKAM.example", "bob@mail.fabrikam.example", "a@x.example",
    "a@bücher.example", "a@sub.xn--bcher-kva.example", "o'neil@[192.0.2.1]", "ann@elsewhere.test",
  ]

  @Test(arguments: patterns) func whatMatchesHasABitInCommon(_ text: String) throws {
    let matcher = AddressMatcher([try AddressPattern.parse(text).get()])
    var matches = 0
    for address in Self.addresses.compactMap({ AddrSpec($0) }) where matcher.matches(address) {
      matches += 1
      var mask = DomainMask.none
      mask.addWithParents(address)
      #expect(matcher.mask().intersects(mask), "\(text) \(address)")
    }
    #expect(matches > 0)
  }

  @Test func aMaskLeavesOutMostOthers() throws {
    let matcher = AddressMatcher([try AddressPattern.parse("@fabrikam.example").get()])
    let others = (0..<1000).count { number in
      var mask = DomainMask.none
      mask.addWithParents(AddrSpec(localPart: "a", domain: "company\(number).test"))
      return matcher.mask().intersects(mask)
    }
    #expect(others < 50)
  }
}
