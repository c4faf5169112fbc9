/// A subject taken apart: reply and forward prefixes, list tags, and what it is about.
///
/// Dynamics takes every `word:` for a prefix (`HashFilterKeywords`), and so "Project: deadline" loses
/// its project. Here only the marks count that mail programs really write, and `[tag]`s among them.
public struct SubjectLine: Sendable, Hashable {
  /// What a prefix says about the message.
  public enum Prefix: Sendable, Hashable {
    /// `Re:` and its kin.
    case reply
    /// `Fwd:` and its kin.
    case forward
  }

  /// The prefixes, outermost first.
  public let prefixes: [Prefix]

  /// The subject without prefixes, trimmed.
  ///
  /// `[tag]`s are taken off only where a prefix follows.
  public let topic: String

  /// Takes a decoded subject apart.
  public init(_ subject: String) {
    var rest = Substring(subject)
    var prefixes: [Prefix] = []
    // Without a colon, that of East Asia among them, nothing is a prefix.
    guard subject.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == 0xEF }) else {
      self.prefixes = []
      self.topic = String(rest.trimmedStart().trimmedEnd())
      return
    }
    scan: while true {
      rest = rest.trimmedStart()
      if let (prefix, after) = Self.prefix(of: rest) {
        prefixes.append(prefix)
        rest = after
        continue
      }
      if let afterTag = Self.tag(of: rest),
        Self.prefix(of: afterTag.trimmedStart()) != nil || !prefixes.isEmpty
      {
        rest = afterTag
        continue
      }
      break scan
    }
    self.prefixes = prefixes
    self.topic = String(rest.trimmedEnd())
  }

  /// Whether the message forwards another: the outermost prefix says so.
  public var isForward: Bool { prefixes.first == .forward }

  /// Reads one prefix, such as `Re:`, `RE[2]:`, `Re^3:`, `AW :` or `回复：`, and what follows it.
  private static func prefix(of text: Substring) -> (Prefix, Substring)? {
    var end = text.startIndex
    var letters = 0
    while end < text.endIndex, letters <= longestMark, text[end].isLetter {
      end = text.index(after: end)
      letters += 1
    }
    guard letters > 0, letters <= longestMark else { return nil }
    guard let kind = marks[text[..<end].lowercased()] else { return nil }
    var next = end
    next = skipCount(text, from: next)
    while next < text.endIndex, text[next] == " " { next = text.index(after: next) }
    guard next < text.endIndex, text[next] == ":" || text[next] == "\u{FF1A}" else { return nil }
    return (kind, text[text.index(after: next)...])
  }

  /// Skips the number that some programs write after the mark: `[2]`, `(2)`, `^2` or `*2`.
  private static func skipCount(_ text: Substring, from start: Substring.Index) -> Substring.Index {
    guard start < text.endIndex else { return start }
    let closing: Character?
    switch text[start] {
    case "[": closing = "]"
    case "(": closing = ")"
    case "^", "*": closing = nil
    default: return start
    }
    var next = text.index(after: start)
    let first = next
    while next < text.endIndex, text[next].isASCII, text[next].isNumber {
      next = text.index(after: next)
    }
    guard next > first else { return start }
    guard let closing else { return next }
    guard next < text.endIndex, text[next] == closing else { return start }
    return text.index(after: next)
  }

  /// What follows a `[tag]` at the start.
  private static func tag(of text: Substring) -> Substring? {
    guard text.first == "[", let close = text.firstIndex(of: "]") else { return nil }
    guard text.distance(from: text.startIndex, to: close) <= 64 else { return nil }
    return text[text.index(after: close)...]
  }

  private static let longestMark = 8

  // The marks of mail programs in the languages that localise them (Outlook, Lotus Notes, Apple
  // Mail, Thunderbird's list of `mailnews.localizedRe`).
  private static let marks: [String: Prefix] = {
    let replies = [
      "re", "aw", "antw", "antwort", "sv", "vs", "ref", "rif", "odp", "ynt", "res", "rsp", "vá",
      "bls",
      "atb", "回复", "回覆", "答复", "답장", "απ", "отв", "תגובה", "رد",
    ]
    let forwards = [
      "fw", "fwd", "wg", "tr", "rv", "vb", "vl", "enc", "pd", "ilt", "doorst", "转发", "轉寄", "전달",
      "πρθ", "прот", "הועבר", "إعادة",
    ]
    var marks: [String: Prefix] = [:]
    for mark in replies { marks[mark] = .reply }
    for mark in forwards { marks[mark] = .forward }
    return marks
  }()
}

extension Substring {
  func trimmedStart() -> Substring {
    drop { $0.isWhitespace }
  }

  func trimmedEnd() -> Substring {
    var end = endIndex
    while end > startIndex, self[index(before: end)].isWhitespace { end = index(before: end) }
    return self[..<end]
  }
}
