import InternetMessage

/// The ids by which a copy is joined to others that name the same ones.
enum StoredReferences {
  // The nearest ancestors are enough, and a message may name thousands.
  private static let most = 50

  /// The ids of In-Reply-To and References, each once, the nearest first.
  static func ids(of header: MessageHeader) -> [MessageID] {
    var seen: Set<MessageID> = []
    let nearest = header.inReplyTo.prefix(most) + header.references.suffix(most).reversed()
    return nearest.filter { seen.insert($0).inserted && $0 != header.messageID }
  }
}
