import Foundation

/// A manual page of this repository, as far as tests read mdoc(7).
struct Manual {
  let lines: [String]

  init(_ name: String) throws {
    lines = try String(contentsOfFile: Self.root + "/man/" + name, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The lines of a section.
  func section(_ name: String) -> [String] {
    let after = lines.drop { $0 != ".Sh \(name)" }.dropFirst()
    return Array(after.prefix { !$0.hasPrefix(".Sh ") })
  }

  /// The words that a macro marks anywhere in some lines, such as what follows `Fl`.
  static func words(_ macro: String, in lines: [String]) -> Set<String> {
    var words: Set<String> = []
    for line in lines where line.hasPrefix(".") {
      var isMarked = false
      for word in line.dropFirst().split(separator: " ").map(String.init) {
        if word == macro {
          isMarked = true
        } else if word.count == 2, word.first?.isUppercase == true,
          word.last?.isLowercase == true
        {
          isMarked = false
        } else if isMarked, word.contains(where: { $0.isLetter || $0.isNumber }) {
          words.insert(word)
        }
      }
    }
    return words
  }

  /// The names that head the items of some lines: `.It Cm a , b`.
  static func items(_ macro: String, in lines: [String]) -> Set<String> {
    words(macro, in: lines.filter { $0.hasPrefix(".It \(macro) ") })
  }

  /// What is said of each command: the lines from its item, or a subsection of its own, to the next.
  func commands(named paths: Set<String>) -> [String: [String]] {
    var texts: [String: [String]] = [:]
    var present: String?
    for line in section("DESCRIPTION") {
      if line.hasPrefix(".Ss The "), paths.contains(String(line.dropFirst(8))) {
        present = String(line.dropFirst(8))
      } else if line.hasPrefix(".Ss ") {
        present = nil
      } else if line.hasPrefix(".It Cm ") {
        let words = line.dropFirst(7).split(separator: " ").map(String.init)
        let found = [3, 2, 1].map { words.prefix($0).joined(separator: " ") }
          .first(where: paths.contains)
        if let found { present = found }
      }
      if let present { texts[present, default: []].append(line) }
    }
    return texts
  }
}
