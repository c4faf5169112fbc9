import InternetMessage

/// A set of address patterns; an address matches where one of them does.
package struct AddressMatcher: Sendable {
  /// The patterns as written.
  package let patterns: [String]
  private var addresses: Set<String> = []
  private var domains: Set<String> = []
  private var parents: Set<String> = []
  private var globs: [Glob] = []
  private var expressions: [RegularExpression] = []

  /// Makes a set of patterns and how they were written.
  package init(_ patterns: [AddressPattern], written: [String] = []) {
    self.patterns = written
    for pattern in patterns {
      switch pattern {
      case .address(let address): addresses.insert(address.comparisonKey)
      case .domain(let domain): domains.insert(domain)
      case .subdomains(let domain): parents.insert(domain)
      case .glob(let glob): globs.append(Glob(glob))
      case .regularExpression(let expression): expressions.append(expression)
      }
    }
  }

  /// Whether an address is one of the set.
  package func matches(_ address: AddrSpec) -> Bool {
    var budget = MatchingBudget()
    return matches(address, within: &budget)
  }

  /// The same with a budget for its regular expressions.
  func matches(_ address: AddrSpec, within budget: inout MatchingBudget) -> Bool {
    if !addresses.isEmpty, addresses.contains(address.comparisonKey) { return true }
    if !domains.isEmpty, domains.contains(address.domainKey) { return true }
    if !parents.isEmpty {
      var domain = Substring(address.domainKey)
      while let dot = domain.firstIndex(of: ".") {
        domain = domain[domain.index(after: dot)...]
        if parents.contains(String(domain)) { return true }
      }
    }
    guard !globs.isEmpty || !expressions.isEmpty else { return false }
    if globs.contains(where: { $0.matches(folded: address.comparisonKey) }) { return true }
    let text = address.composed
    // A label that is partly `*` or `?` may be international, too.
    if !globs.isEmpty, address.domain.utf8.contains(where: { $0 >= 0x80 }),
      globs.contains(where: { $0.matches(folded: text.lowercased()) })
    {
      return true
    }
    return expressions.contains { $0.matches(text, within: &budget) }
  }

  /// The domains that an address which matches may have.
  func mask() -> DomainMask {
    guard globs.isEmpty, expressions.isEmpty else { return .all }
    var mask = DomainMask.none
    for domain in domains { mask.add(domain) }
    for domain in parents { mask.add(domain) }
    for address in addresses {
      guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")), !address.hasSuffix("]") else {
        return .all
      }
      mask.add(String(address[address.utf8.index(after: at)...]))
    }
    return mask
  }
}
