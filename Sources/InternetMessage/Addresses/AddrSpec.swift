/// An e-mail address without a display name (`addr-spec`, RFC 5322 section 3.4.1).
///
/// Two addresses are equal when a mail host would deliver them to the same place: the local part is
/// compared without case in Unicode's Normalization Form C (RFC 6532 section 3.1), the domain as
/// `DomainName.comparisonKey` has it.
public struct AddrSpec: Sendable {
  /// The local part as written, without the quotes and backslashes of a quoted string.
  public let localPart: String

  /// The domain, lower-cased, in the form in which it was written (A-label or U-label, or a
  /// domain literal with its brackets).
  public let domain: String

  /// The form in which addresses are compared and indexed: folded local part, `@`, A-label.
  public let comparisonKey: String

  /// The domain as it is compared: its A-labels in lower case.
  public let domainKey: String

  /// Makes an address of its two parts; the domain is lower-cased.
  public init(localPart: String, domain: String) {
    self.localPart = localPart
    self.domain = domain.lowercased()
    self.domainKey = DomainName.comparisonKey(domain)
    // QUIRK: RFC 5321 section 2.4 leaves the case of a local part to its host. No host in use tells
    // two people apart by it, and people type it either way.
    self.comparisonKey = Self.folded(localPart) + "@" + domainKey
  }

  /// The address as it was written, without quotes, in Unicode's Normalization Form C: for patterns
  /// over its text.
  public var composed: String {
    CanonicalComposition.composed(localPart + "@" + domain)
  }

  /// The keys under which a store may hold the address as it is written here: `comparisonKey` first,
  /// then those that are made without libidn2, and that versions made which composed no accents.
  public var storedKeys: [String] {
    if isASCII { return [comparisonKey] }
    let folded = Self.folded(localPart)
    let plain = localPart.lowercased()
    return Self.unique(domainKeys.flatMap { [folded + "@" + $0, plain + "@" + $0] })
  }

  /// The same of the domain alone.
  public var domainKeys: [String] {
    if isASCII { return [domainKey] }
    return Self.unique([
      domainKey, DomainName.comparisonKey(domain, convert: { _ in nil }),
      DomainName.uncomposedKey(domain),
    ])
  }

  private var isASCII: Bool {
    localPart.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 }
  }

  private static func unique(_ keys: [String]) -> [String] {
    // Their bytes count: a store compares no other way.
    var seen: Set<[UInt8]> = []
    return keys.filter { seen.insert(Array($0.utf8)).inserted }
  }

  private static func folded(_ localPart: String) -> String {
    guard localPart.utf8.contains(where: { $0 >= 0x80 }) else { return localPart.lowercased() }
    // Lower case of what is composed may be composed further.
    return CanonicalComposition.composed(CanonicalComposition.composed(localPart).lowercased())
  }

  /// Reads an address as a person types it in a profile or an argument: `a@b` and nothing around it,
  /// the local part quoted where it must be.
  ///
  /// - Returns: `nil` where the text is anything else.
  public init?(_ text: String) {
    if let plain = AddrSpec(plain: text) {
      self = plain
      return
    }
    guard text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) || text.hasPrefix("\"") else { return nil }
    guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
      return nil
    }
    let mailboxes = AddressList.parse(text)
    guard mailboxes.count == 1, let only = mailboxes.first, only.displayName == nil,
      only.address.description.lowercased().utf8.elementsEqual(text.lowercased().utf8)
    else { return nil }
    self = only.address
  }

  /// Reads what most addresses are; a profile may hold thousands.
  ///
  /// - Returns: `nil` where it is anything but a dot-atom (RFC 5322 section 3.2.3) at a domain of
  ///   letters, digits and hyphens.
  private init?(plain text: String) {
    guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
    func isDotted(_ part: Substring.UTF8View, by isPart: (UInt8) -> Bool) -> Bool {
      var previous = UInt8(ascii: ".")
      for byte in part {
        if byte == UInt8(ascii: ".") {
          if previous == byte { return false }
        } else if !isPart(byte) {
          return false
        }
        previous = byte
      }
      return previous != UInt8(ascii: ".")
    }
    let local = text[..<at]
    let domain = text[text.utf8.index(after: at)...]
    guard isDotted(local.utf8, by: { $0 < 0x80 && $0 != ASCII.backslash && ASCII.isAtom($0) }),
      isDotted(
        domain.utf8, by: { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.init(localPart: String(local), domain: String(domain))
  }
}

extension AddrSpec: Hashable {
  /// Whether two addresses are delivered to the same place.
  public static func == (left: AddrSpec, right: AddrSpec) -> Bool {
    left.comparisonKey == right.comparisonKey
  }

  /// Hashes the form in which addresses are compared.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(comparisonKey)
  }
}

extension AddrSpec: CustomStringConvertible {
  /// `local@domain`, the local part quoted where RFC 5322 section 3.2.4 demands it.
  public var description: String {
    var isDotAtom = !localPart.isEmpty
    var previous = UInt8(ascii: ".")
    for byte in localPart.utf8 {
      if byte == UInt8(ascii: ".") {
        if previous == UInt8(ascii: ".") { isDotAtom = false }
      } else if !ASCII.isAtom(byte) || byte == ASCII.backslash {
        isDotAtom = false
      }
      previous = byte
    }
    if previous == UInt8(ascii: ".") { isDotAtom = false }
    if isDotAtom { return localPart + "@" + domain }
    var quoted = "\""
    for scalar in localPart.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\"@" + domain
  }
}
