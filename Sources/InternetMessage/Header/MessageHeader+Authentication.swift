extension MessageHeader {
  /// Where a host's Authentication-Results stand, and so whether they are the host's.
  public enum AuthenticationStanding: Sendable, Hashable {
    /// There are none with the id.
    case absent
    /// Above the first Received field that the host wrote, and nowhere else: these are its own.
    case written([AuthenticationResults])
    /// Below that field only, where whoever sent the message may have written them; or there is no such
    /// field.
    case below
    /// Above and below it: the host lets those of others pass, and its own cannot be told from them.
    case repeated
  }

  /// The Authentication-Results of a host (RFC 8601 sections 5 and 7.1).
  ///
  /// A host puts its fields above the Received field that it writes when the message comes in, and
  /// deletes what came with its id. Above that field may stand those of its own further delivery, by
  /// LMTP, or of a fetch by POP or IMAP.
  ///
  /// - Parameter authservID: The id, lower-cased.
  /// - Returns: Where they stand, and what they say where that counts.
  public func authenticationStanding(of authservID: String) -> AuthenticationStanding {
    section.bytes.withUnsafeBytes { bytes in
      var above: [AuthenticationResults] = []
      var isBelow = false
      var hasReceived = false
      for field in section.fields {
        let name = bytes.part(field.nameRange)
        let value = bytes.part(field.valueRange)
        if name.equalsFolded("received") {
          if !hasReceived { hasReceived = !Self.isOwnTransport(value) }
        } else if name.equalsFolded("authentication-results"),
          let results = AuthenticationResults(value), results.authservID == authservID
        {
          if hasReceived { isBelow = true } else { above.append(results) }
        }
      }
      // Without the host's Received field nothing was received by it.
      if !hasReceived { return above.isEmpty ? .absent : .below }
      if isBelow { return above.isEmpty ? .below : .repeated }
      return above.isEmpty ? .absent : .written(above)
    }
  }

  /// Whether a Received field tells of a way within one's own house: `with LMTP`, `with POP3` and the
  /// like (RFC 5321 section 4.4, RFC 3848).
  private static func isOwnTransport(_ value: UnsafeRawBufferPointer) -> Bool {
    var depth = 0
    var word: [UInt8] = []
    var isNext = false
    for byte in value {
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth = max(0, depth - 1)
      case _ where depth > 0: continue
      case _ where ASCII.isBlank(byte) || byte == UInt8(ascii: ";"):
        if word.isEmpty { continue }
        let text = String(decoding: word, as: UTF8.self).lowercased()
        if isNext {
          return ["lmtp", "pop3", "pop", "imap"].contains { text.hasPrefix($0) }
        }
        isNext = text == "with"
        word = []
      default:
        // No word that matters is longer.
        if word.count < 16 { word.append(byte) }
      }
    }
    return false
  }
}
