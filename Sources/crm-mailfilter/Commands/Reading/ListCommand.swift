import ArgumentParser
import InternetMessage
import Tracking

/// `list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists tracked mail, newest first.")

  @OptionGroup var selection: SelectionOptions

  @Option(
    parsing: .unconditional,
    help: "At most so many; 0 for all. On a terminal 50 where absent, else all.")
  var limit: Int?

  @Flag(help: "Only say how many there are.")
  var count = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    var query = try selection.query()
    query.limit = try display.limit(limit)
    let (opened, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try selection.prepare(opened.localState)
    try CopyListing(opened.archive(), query, display).show(onlyCount: count)
    try selection.criteria.remark(on: query, in: opened)
  }
}

/// What `list` and `search` print.
struct CopyListing {
  private let archive: any MailArchive
  private let query: CopyQuery
  private let display: DisplayOptions
  /// The query of which the words are shown where they stand; `nil` where they are not.
  private let marked: SearchQuery?

  /// So much of a message is read to show where words stand, in bytes.
  private static let maxRead = 4 << 20
  /// How long a line of its text is where no terminal says so.
  private static let usualWidth = 100

  init(
    _ archive: any MailArchive, _ query: CopyQuery, _ display: DisplayOptions,
    marking marked: SearchQuery? = nil
  ) {
    self.archive = archive
    self.query = query
    self.display = display
    self.marked = marked
  }

  /// Prints the copies, or how many there are.
  ///
  /// - Throws: `StoreError`, `OutputError`.
  func show(onlyCount: Bool) throws {
    if onlyCount {
      print(try archive.count(of: query))
      return
    }
    if display.json {
      // One after the other: all of them may be more than memory holds.
      for id in try archive.copyIDs(query) {
        guard let copy = try archive.copy(id) else { continue }
        print(try JSONOutput.line(CopyObject(copy: copy)))
        try StandardOutput.shared.check()
      }
    } else {
      let copies = try archive.summaries(query)
      let list = CopyList(dates: display.dates)
      let terminal = Terminal.standardOutput()
      let width = max(20, (terminal.width ?? Self.usualWidth) - CopyList.margin.count)
      display.show(
        (try list.text(
          copies, on: terminal, snippet: marked.map { words in { try snippet($0, words, width) } }))
          + (try display.remainder(query.offset + copies.count, of: archive.count(of: query))))
    }
  }

  private func snippet(
    _ id: CopyID, _ words: SearchQuery, _ width: Int
  ) throws -> SearchSnippet? {
    var bytes: [UInt8] = []
    try archive.content(of: id) { chunk in
      bytes += chunk.prefix(Self.maxRead - bytes.count)
    }
    return SearchSnippet(of: words, in: Message(bytes).text.string, width: width)
  }
}
