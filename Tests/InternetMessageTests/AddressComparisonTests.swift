import Foundation
import Testing

@testable import InternetMessage

/// Who is the same, however the name and the domain are written.
@Suite("Comparing addresses")
struct AddressComparisonTests {
  @Test(
    "makes no difference between forms of an international domain",
    arguments: [
      // UTS 46 section 4 and its table, RFC 5890 section 2.3.2.1.
      ("münchen.example", "xn--mnchen-3ya.example"),
      ("MÜNCHEN.Example", "xn--mnchen-3ya.example"),
      ("mu\u{308}nchen.example", "xn--mnchen-3ya.example"),
      ("MU\u{308}NCHEN.example", "xn--mnchen-3ya.example"),
      ("ｍüｎｃｈｅｎ．ｅｘａｍｐｌｅ", "xn--mnchen-3ya.example"),
      ("münchen。example", "xn--mnchen-3ya.example"),
      ("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"),
      ("mün\u{AD}chen.example", "xn--mnchen-3ya.example"),
      ("ｆａｂｒｉｋａｍ.example", "fabrikam.example"),
      ("ﬁrma.example", "firma.example"),
      // What is new in IDNA2008 stays what it is.
      ("straße.example", "xn--strae-oqa.example"),
      ("βόλος.example", "xn--nxasmm1c.example"),
      ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
      ("ヴ.example", "xn--oek.example"),
      ("ウ\u{3099}.example", "xn--oek.example"),
      ("ｳﾞ.example", "xn--oek.example"),
      ("각.example", "xn--p39a.example"),
      ("\u{1100}\u{1161}\u{11A8}.example", "xn--p39a.example"),
      ("a_ü.example", "xn--a_-yka.example"),
    ])
  func domains(_ domain: String, _ key: String) throws {
    try #require(DomainName.hasLibrary)
    #expect(DomainName.comparisonKey(domain) == key)
    #expect(AddrSpec(localPart: "a", domain: domain).domainKey == key)
  }

  @Test(
    "goes on without libidn2: composed, in lower case, by a Punycode of its own",
    arguments: [
      ("MÜNCHEN.Example", "xn--mnchen-3ya.example"),
      ("mu\u{308}nchen.example", "xn--mnchen-3ya.example"),
      ("MU\u{308}NCHEN。example", "xn--mnchen-3ya.example"),
      ("straße.example", "xn--strae-oqa.example"),
      ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
      ("ウ\u{3099}.example", "xn--oek.example"),
      ("fabrikam.EXAMPLE", "fabrikam.example"),
      ("[192.0.2.7]", "[192.0.2.7]"),
    ])
  func fallback(_ domain: String, _ key: String) {
    #expect(DomainName.comparisonKey(domain, convert: { _ in nil }) == key)
  }

  @Test("asks nobody about domains of ASCII, literals and what is too long")
  func notAsked() {
    let long = String(repeating: "ü", count: 600) + ".example"
    for domain in ["Contoso.example", "xn--mnchen-3ya.example", "[ü]", long] {
      let key = DomainName.comparisonKey(domain) { label in
        Issue.record("\(label) was asked for")
        return nil
      }
      #expect(key == domain.lowercased())
    }
  }

  @Test("keeps what libidn2 refuses apart, and the same each time")
  func refused() {
    for domain in ["ü\u{20}.example", "\u{FFFD}.example", "xn--ü.example", "ü-.example"] {
      #expect(DomainName.comparisonKey(domain) == DomainName.comparisonKey(domain))
      #expect(DomainName.comparisonKey(domain) != DomainName.comparisonKey("u.example"))
    }
  }

  @Test("makes no difference between composed and decomposed names, or their case")
  func localParts() {
    #expect(AddrSpec("zoe\u{308}@x.example") == AddrSpec("ZOË@x.example"))
    #expect(AddrSpec("ＺＯＥ@x.example") != AddrSpec("zoe@x.example"))
    #expect(
      AddrSpec("zoe\u{308}@x.example")?.comparisonKey.utf8.elementsEqual("zoë@x.example".utf8)
        == true)
    #expect(AddrSpec("zoe\u{308}@x.example")?.localPart.unicodeScalars.count == 4)
  }

  /// Stores hold these; an address must go on matching them.
  @Test(
    "has the keys that stores hold",
    arguments: [
      ("Dana@Contoso.example", "dana@contoso.example"),
      ("Zoë@Bücher.example", "zoë@xn--bcher-kva.example"),
      ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
      ("用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"),
      ("\"Two Words\"@x.example", "two words@x.example"),
    ])
  func keys(_ address: String, _ key: String) {
    #expect(AddrSpec(address)?.comparisonKey == key)
  }

  @Test("are looked for under the keys of stores that older versions made, too")
  func storedKeys() {
    #expect(AddrSpec("Dana@Contoso.example")?.storedKeys == ["dana@contoso.example"])
    #expect(AddrSpec("a@Bücher.example")?.storedKeys == ["a@xn--bcher-kva.example"])
    let decomposed = AddrSpec("Zoe\u{308}@bu\u{308}cher.example")
    let keys = (decomposed?.storedKeys ?? []).map { Array($0.utf8) }
    #expect(keys.first == Array("zoë@xn--bcher-kva.example".utf8))
    #expect(keys.contains(Array("zoe\u{308}@xn--bucher-xyd.example".utf8)), "\(keys)")
    #expect(
      AddrSpec("a@ｂücher.example")?.domainKeys.contains("xn--bcher-kva.example") == true)
  }

  @Test(
    "composes as Unicode Standard Annex 15 has it",
    arguments: [
      // UAX 15, figures 3 to 6 and section 1.2: singletons, several accents, their order, Hangul.
      ("\u{212B}", "\u{C5}"), ("\u{2126}", "\u{3A9}"), ("A\u{30A}", "\u{C5}"),
      ("\u{1E0B}\u{323}", "\u{1E0D}\u{307}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
      ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}"), ("\u{958}", "\u{915}\u{93C}"),
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A8}", "\u{AC01}"),
      ("\u{301}e\u{301}", "\u{301}é"), ("e\u{302}\u{301}", "\u{1EBF}"), ("", ""), ("abc", "abc"),
    ])
  func composition(_ text: String, _ expected: String) {
    #expect(
      CanonicalComposition.composed(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  /// Swift's own comparison knows which texts are equal; Foundation composes, beyond the first plane
  /// wrongly.
  @Test("composes each character with accents to what is equal, alike from all forms of it")
  func allCharacters() {
    var wrong: Set<UInt32> = []
    let accents = ["", "\u{301}", "\u{323}\u{301}", "\u{308}\u{327}", "\u{3099}"]
    for scalar in (0xC0...UInt32(0x2FA1D)).lazy.compactMap(Unicode.Scalar.init) {
      // Younger ones are not the same to all; most ideographs and syllables are like each other.
      guard let age = scalar.properties.age, age.major < 15,
        !(0x3400..<0xA000).contains(scalar.value), !(0xB000..<0xD700).contains(scalar.value),
        !(0x16000..<0x1D000).contains(scalar.value), !(0x20000..<0x2F800).contains(scalar.value)
      else { continue }
      for accent in accents {
        let text = String(scalar) + accent
        let found = CanonicalComposition.composed(text)
        let again = CanonicalComposition.composed(found)
        if found != text || !again.utf8.elementsEqual(found.utf8) { wrong.insert(scalar.value) }
        guard scalar.value < 0x10000 else { continue }
        let others = [
          text.precomposedStringWithCanonicalMapping,
          CanonicalComposition.composed(text.decomposedStringWithCanonicalMapping),
        ]
        for other in others where !other.utf8.elementsEqual(found.utf8) {
          wrong.insert(scalar.value)
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test("the bytes of an atom are all but specials, blanks and control characters")
  func atoms() {
    for byte in UInt8.min...UInt8.max {
      let isAtom = byte > 32 && byte != 127 && !Array("()<>[]:;@,.\"".utf8).contains(byte)
      #expect(ASCII.isAtom(byte) == isAtom, "\(byte)")
    }
  }
}
