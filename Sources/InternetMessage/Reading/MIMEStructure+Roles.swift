extension MIMEStructure {
  /// What each part is to a reader, in the order of `parts`.
  ///
  /// Of a multipart/alternative the plain text is shown, else the HTML; of a multipart/related the
  /// root, of a multipart/signed the first part.
  public var roles: [PartRole] {
    let ranks = textRanks
    var roles: [PartRole] = []
    roles.reserveCapacity(parts.count)
    // Which child of each multipart is the shown one, where only one is.
    var chosen: [Int: Int] = [:]
    var hasText = false
    for part in parts {
      let role = role(of: part, chosen: chosen, roles: roles, hasText: hasText)
      roles.append(role)
      if role == .text { hasText = true }
      guard part.hasChildren, part.contentType.isMultipart else { continue }
      switch part.contentType.subtype {
      case "alternative": chosen[part.index] = best(of: part, ranks)
      case "related": chosen[part.index] = root(of: part)
      case "signed": chosen[part.index] = part.index + 1
      default: break
      }
    }
    return roles
  }

  private func role(
    of part: MIMEPart, chosen: [Int: Int], roles: [PartRole], hasText: Bool
  ) -> PartRole {
    if let parent = part.parent {
      switch roles[parent] {
      case .alternative, .inline, .signature: return roles[parent]
      // Within an attachment nothing is looked at but messages, which are text of their own.
      case .attachment: return .attachment
      case .container, .text, .message: break
      }
      if let shown = chosen[parent], shown != part.index {
        switch parts[parent].contentType.subtype {
        case "alternative": return .alternative
        case "signed": return .signature
        default: return isAttached(part) && part.contentID == nil ? .attachment : .inline
        }
      }
    }
    if part.hasChildren { return part.contentType.isMultipart ? .container : .message }
    // A multipart without parts: what it holds is text, if anything.
    if part.contentType.isMultipart { return .text }
    guard part.contentType.type == "text", Self.rank(part) > 0 else { return .attachment }
    if part.disposition?.isAttachment == true { return .attachment }
    return part.fileName != nil && hasText ? .attachment : .text
  }

  private func isAttached(_ part: MIMEPart) -> Bool { part.disposition?.isAttachment == true }

  /// How readable the best text of each part is.
  private var textRanks: [Int] {
    var ranks = parts.map(Self.rank)
    for part in parts.reversed() {
      guard let parent = part.parent else { continue }
      ranks[parent] = max(ranks[parent], ranks[part.index])
    }
    return ranks
  }

  private static func rank(_ part: MIMEPart) -> Int {
    guard part.contentType.type == "text" else { return 0 }
    switch part.contentType.subtype {
    case "plain": return part.bodyRange.count > 2 ? 4 : 2
    case "html": return 3
    case "calendar", "x-vcard", "vcard", "directory", "rtf", "css", "xml", "csv": return 0
    default: return 1
    }
  }

  private func best(of part: MIMEPart, _ ranks: [Int]) -> Int {
    var best = part.index + 1
    var next = best
    while next < part.end {
      if ranks[next] > ranks[best] { best = next }
      next = parts[next].end
    }
    return best
  }

  /// The root of a multipart/related: the part that `start` names, else the first
  /// (RFC 2387 section 3.2).
  private func root(of part: MIMEPart) -> Int {
    let first = part.index + 1
    guard let start = part.contentType.parameters["start"] else { return first }
    let id =
      start.hasPrefix("<") && start.hasSuffix(">") ? String(start.dropFirst().dropLast()) : start
    var next = first
    while next < part.end {
      if parts[next].contentID == id { return next }
      next = parts[next].end
    }
    return first
  }
}
