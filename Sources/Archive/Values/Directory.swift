/// What a directory of an archive lists.
package enum DirectoryKind: String, Sendable, CaseIterable {
  /// The records of the CRM.
  case records
  /// The people of the mail.
  case people
}

/// The first letter of a name, by which long directories are split.
package struct DirectoryLetter: Hashable, Sendable, Comparable {
  /// `a` to `z`, `0` for a digit, `other`.
  package let text: String

  /// The letter that a name stands under.
  package init(of name: String) {
    // Letters with marks stand with those without: an e with an acute accent is an e.
    for scalar in name.decomposedStart {
      switch scalar {
      case "a"..."z":
        text = String(scalar)
        return
      case "A"..."Z":
        text = String(Character(scalar)).lowercased()
        return
      case "0"..."9":
        text = "0"
        return
      // Quotes and blanks before a name are no part of it.
      case " ", "\"", "'", "(", "<", "[": continue
      default:
        text = "other"
        return
      }
    }
    text = "other"
  }

  /// `A`, `0–9`, `Other`.
  var title: String {
    switch text {
    case "0": "0–9"
    case "other": "Other"
    default: text.uppercased()
    }
  }

  private var place: Int {
    switch text {
    case "0": 26
    case "other": 27
    default: Int(text.utf8.first ?? 97) - 97
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.place < right.place }
}

extension String {
  /// The first characters, letters of Latin-1 and Latin Extended-A without their marks.
  fileprivate var decomposedStart: [Unicode.Scalar] {
    unicodeScalars.prefix(8).map { scalar in
      guard (0xC0...0x17F).contains(scalar.value) else { return scalar }
      let base = LatinLetters.bases[Int(scalar.value) - 0xC0]
      return base == 0x2D ? scalar : Unicode.Scalar(base)
    }
  }
}

/// The letters of U+00C0 to U+017F without their marks and strokes, of two letters the first; `-` where
/// there is none.
enum LatinLetters {
  static let bases = Array(
    ("AAAAAAACEEEEIIII-NOOOOO-OUUUUY-saaaaaaaceeeeiiii-nooooo-ouuuuy-y"
      + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi--JjKk-LlLlLl-"
      + "-LlNnNnNn---OoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs").utf8)
}

/// A line of a directory.
package struct DirectoryRow: Hashable, Sendable {
  /// What it leads to.
  package enum Subject: Hashable, Sendable {
    /// A record.
    case record(RecordLink)
    /// A person, with the first of the records that they are.
    case person(PersonLink, RecordLink?)
  }
  /// What it leads to.
  package var subject: Subject
  /// How many messages there are.
  package var messages: Int
  /// When the last of them was sent, in seconds since 1970; `nil` where there are none.
  package var lastAt: Int64?

  /// Makes a line.
  package init(_ subject: Subject, messages: Int, lastAt: Int64?) {
    self.subject = subject
    self.messages = messages
    self.lastAt = lastAt
  }
}

/// The first page of a directory.
package struct DirectoryPage: Sendable {
  /// What it lists.
  package var kind: DirectoryKind
  /// How many there are.
  package var total: Int
  /// All of them by name where they are few, else those that were active last.
  package var rows: [DirectoryRow]
  /// The letters that names begin with, and how many pages each has; empty where `rows` are all.
  package var letters: [(letter: DirectoryLetter, pages: Int)]

  /// Makes a first page.
  package init(
    kind: DirectoryKind, total: Int, rows: [DirectoryRow],
    letters: [(letter: DirectoryLetter, pages: Int)]
  ) {
    self.kind = kind
    self.total = total
    self.rows = rows
    self.letters = letters
  }
}
