/// Where a file of an archive lies, from the archive's folder on.
package struct ArchivePath: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Folders and name, of letters, digits, `.`, `-` and `/`.
  package let text: String
  /// How many folders it lies in.
  let depth: Int

  private init(_ text: String, depth: Int) {
    self.text = text
    self.depth = depth
  }

  /// The path.
  package var description: String { text }

  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  /// The newest mail, and where everything else is.
  package static let index = ArchivePath("index.html", depth: 0)
  /// What is new, for feed readers.
  package static let feed = ArchivePath("feed.xml", depth: 0)
  /// What the pages look like.
  package static let style = ArchivePath("style.css", depth: 0)
  /// What the pages do beside standing there.
  package static let script = ArchivePath("script.js", depth: 0)
  /// The picture in the browser's tab.
  package static let icon = ArchivePath("icon.svg", depth: 0)
  /// Mail in numbers.
  package static let numbers = ArchivePath("numbers.html", depth: 0)

  /// The months that there is mail of.
  package static let months = ArchivePath("mail/index.html", depth: 1)
  /// A page of a month, which is written `2026-11`; the page 1 has the oldest mail.
  package static func month(_ month: ArchiveMonth, page: Int) -> ArchivePath {
    ArchivePath("mail/\(month.text)-\(page).html", depth: 1)
  }

  /// Who was active last, and the letters.
  package static func directory(_ kind: DirectoryKind) -> ArchivePath {
    ArchivePath("\(kind.rawValue)/index.html", depth: 1)
  }
  /// A page of those whose name begins with a letter, from 1 on.
  package static func directory(
    _ kind: DirectoryKind, letter: DirectoryLetter, page: Int
  ) -> ArchivePath {
    ArchivePath("\(kind.rawValue)/\(letter.text)-\(page).html", depth: 1)
  }

  /// A record, with its people and newest mail.
  package static func record(_ id: ArchiveID) -> ArchivePath { of("r", id, ".html") }
  /// A page of all mail of a record; the page 1 has the oldest.
  package static func record(_ id: ArchiveID, page: Int) -> ArchivePath {
    of("r", id, "-\(page).html")
  }
  /// What is new of a record.
  package static func feed(ofRecord id: ArchiveID) -> ArchivePath { of("r", id, ".xml") }

  /// A person, with their newest mail.
  package static func person(_ id: ArchiveID) -> ArchivePath { of("p", id, ".html") }
  /// A page of all mail of a person; the page 1 has the oldest.
  package static func person(_ id: ArchiveID, page: Int) -> ArchivePath {
    of("p", id, "-\(page).html")
  }

  /// A page of a conversation, from 1 on.
  package static func conversation(_ id: ArchiveID, page: Int = 1) -> ArchivePath {
    of("c", id, page == 1 ? ".html" : "-\(page).html")
  }

  /// A message.
  package static func message(_ id: ArchiveID) -> ArchivePath { of("m", id, ".html") }
  /// A message as it came.
  ///
  /// Its name does not end in `.eml`: on a file share Chromium takes such a message for an archive of a
  /// page (MHTML), and shows the message's own HTML.
  package static func original(_ id: ArchiveID) -> ArchivePath { of("m", id, ".eml.bin") }
  /// A file of a message by the number of its part.
  ///
  /// Whatever it holds, browsers and web servers take it for bytes that are to be saved; a web server's
  /// readers get it under the name that its sender gave it.
  package static func attachment(_ id: ArchiveID, part: Int) -> ArchivePath {
    ArchivePath("a/\(id.folder)/\(id.text)/\(part).bin", depth: 3)
  }
  /// The folder of a message's attachments.
  package static func attachments(_ id: ArchiveID) -> String { "a/\(id.folder)/\(id.text)" }

  /// Appointments and tasks from now on, and the years that there are some of.
  package static let agenda = ArchivePath("agenda/index.html", depth: 1)
  /// The appointments and tasks of a year.
  package static func agenda(year: Int) -> ArchivePath {
    ArchivePath("agenda/\(year).html", depth: 1)
  }

  private static func of(_ kind: StaticString, _ id: ArchiveID, _ ending: String) -> ArchivePath {
    ArchivePath("\(kind)/\(id.folder)/\(id.text)\(ending)", depth: 2)
  }
}
