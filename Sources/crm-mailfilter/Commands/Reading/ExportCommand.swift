import ArgumentParser
import CSystem
import Glibc
import InternetMessage
import MailPipeline
import Mailboxes
import System
import Tracking

/// `export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes tracked mail as a mailbox, JSON, a table or a calendar.",
    discussion: """
      A target that is there already is never touched, and a new one is there whole or not at all. \
      With ics, and with csv and --kind appointment or task, it is the appointments and tasks of the \
      mail.
      """)

  @Argument(help: "The file or folder to make; stdout where absent.", completion: .file())
  var target: String?

  @Option(help: "\(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ExportFormat?

  @Flag(help: "With jsonl: the stored bytes of each message, too, in base64.")
  var raw = false

  @Option(help: "With csv: what stands between cells: , (the default), ; | or tab.")
  var separator: String?

  @Flag(help: "With csv: begin with a byte order mark, so that Excel reads UTF-8.")
  var bom = false

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    guard let format = format ?? target.flatMap(ExportFormat.init(target:)) else {
      throw CommandError(
        .usage, "say what to make: --format, or a target that ends in .mbox, .jsonl, .csv or .ics")
    }
    guard !raw || format == .jsonl else {
      throw CommandError(.usage, "--raw goes with --format jsonl only")
    }
    guard separator == nil && !bom || format == .csv else {
      throw CommandError(.usage, "--separator and --bom go with --format csv only")
    }
    let table = try CSVWriter(separator: separatorCharacter())
    guard target != nil || !format.isFolder else {
      throw CommandError(.usage, "\(format.rawValue) is a folder: name one")
    }
    var query = try selection.query()
    query.isOldestFirst = true
    query.limit = Int.max
    try refuseImpossible()
    let (opened, onlyOf) = try organization.openToExport()
    query.visibleTo = onlyOf
    try selection.prepare(opened.localState)
    let archive = try opened.archive()
    if format == .ics || format == .csv && calendarKind != nil {
      return try exportCalendar(query, of: archive, format, table)
    }
    let ids = try archive.copyIDs(query)
    let exporter = Exporter(
      archive, format: format, includesRaw: raw, table: table, hasMark: bom)
    if target != nil { csystem_catch_interrupts() }
    try write(ids, by: exporter, isFolder: format.isFolder)
    report(exporter)
    try selection.criteria.remark(on: query, in: opened)
  }

  /// The kind of activity that is asked for beside e-mail.
  private var calendarKind: CalendarItem.Kind? {
    selection.criteria.kind.flatMap { CalendarItem.Kind(rawValue: $0.rawValue) }
  }

  /// Writes appointments and tasks, not the mail that says of them.
  private func exportCalendar(
    _ query: CopyQuery, of archive: any MailArchive, _ format: ExportFormat, _ table: CSVWriter
  ) throws {
    let sources = MailActivity.all(of: try archive.calendar(of: query)).filter {
      calendarKind == nil || $0.activity.item.kind == calendarKind
    }
    func first(_ source: MailActivity) throws -> TrackedCopy? {
      try source.copies.first.flatMap { try archive.copy($0) }
    }
    let bytes: [UInt8]
    if format == .ics {
      bytes = try CalendarExport.bytes(of: sources, copy: first, now: TextOutput.now)
    } else {
      var text = (bom ? CSVWriter.mark : "")
      text += table.line(CalendarRow.columns(calendarKind ?? .appointment))
      for source in sources {
        text += table.line(CalendarRow(source, copy: try first(source)).cells)
      }
      bytes = Array(text.utf8)
    }
    guard let place else {
      return try bytes.withUnsafeBytes { try StandardOutput.shared.write($0) }
    }
    try AtomicFile.write(FilePath.name(of: place), in: FilePath.folder(of: place)) { write in
      try bytes.withUnsafeBytes { try write($0) }
    }
    let tasks = sources.count { $0.activity.item.kind == .task }
    let appointments = sources.count - tasks
    let parts = [
      (appointments, "appointment", calendarKind == .task),
      (tasks, "task", calendarKind == .appointment),
    ].filter { !$0.2 }.map { $0.0 == 1 ? "1 \($0.1)" : "\($0.0) \($0.1)s" }
    print(parts.joined(separator: ", "))
  }

  private func separatorCharacter() throws -> Character {
    switch separator {
    case nil, ",": ","
    case ";": ";"
    case "|": "|"
    case "tab", "\t": "\t"
    default:
      throw CommandError(.usage, "--separator takes , or ; or | or tab")
    }
  }

  /// The target as a path.
  private var place: String? { target.map(ArgumentBytes.path) }

  /// Before anything is read: what can be made nowhere is not begun.
  private func refuseImpossible() throws {
    var status = stat()
    guard let place else { return }
    guard lstat(place, &status) != 0 else {
      throw CommandError(.cannotCreate, "\(place) is there already; nothing was exported")
    }
    let code = errno
    // A folder that is to be made may have its slash already.
    var name = place[...]
    while name.count > 1, name.hasSuffix("/") { name = name.dropLast() }
    let folder = FilePath.folder(of: String(name))
    guard access(folder, F_OK) == 0 else {
      throw FileError(path: folder, code: code).ofNewPlace(String(name))
    }
  }

  private func write(_ ids: [CopyID], by exporter: Exporter, isFolder: Bool) throws {
    guard let place else {
      return try exporter.write(ids) { try StandardOutput.shared.write($0) }
    }
    if isFolder {
      let folder = try ExportFolder(place, subfolders: exporter.subfolders)
      do {
        try exporter.write(ids, to: folder)
        try folder.finish()
      } catch {
        folder.discard()
        throw error
      }
    } else {
      let folder = FilePath.folder(of: place)
      try AtomicFile.write(FilePath.name(of: place), in: folder) { write in
        try withoutActuallyEscaping(write) { write in
          try exporter.write(ids) { try write($0) }
        }
      }
    }
  }

  private func report(_ exporter: Exporter) {
    if exporter.truncated > 0 {
      Terminal.tell(
        "crm-mailfilter: \(exporter.truncated) of them are stored in part only, and so exported")
    }
    if target != nil { print(exporter.count == 1 ? "1 message" : "\(exporter.count) messages") }
  }
}
