import InternetMessage

extension PageBuffer {
  /// Writes the text of a message.
  mutating func body(_ body: MessageBody) {
    for block in body.text.blocks {
      switch block.kind {
      case .text: raw("<div class=\"text\" dir=\"auto\">")
      case .quoted:
        raw("<details class=\"quoted\"><summary>Quotation</summary>")
        raw("<div class=\"text\" dir=\"auto\">")
      case .signature: raw("<div class=\"text signature\" dir=\"auto\">")
      case .attached: raw("<div class=\"text attached\" dir=\"auto\">")
      }
      text(String(decoding: body.text.utf8[block.range], as: UTF8.self))
      raw("</div>")
      if block.kind == .quoted { raw("</details>") }
      raw("\n")
    }
  }
}
