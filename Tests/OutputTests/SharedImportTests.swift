import Foundation
import InternetMessage
import Testing
import Tracking

@testable import crm_mailfilter

/// Small files as CRMs and address books export them; they lie beside the repository, not in it.
///
/// What is right of each stands in its `imports.tsv`.
@Suite(
  "Files that CRMs export",
  .enabled(if: SharedImports.isPresent, "the cases do not lie beside the repository"))
struct SharedImportTests {
  /// A record as the table has it.
  struct Expected: Decodable {
    var type: String
    var id: String?
    var name: String
    var owner: String?
    var parent: String?
    var addresses: [String]
    var domains: [String]
  }

  struct Skipped: Decodable {
    var `where`: String
    var reason: String
  }

  struct Right: Decodable {
    var records: [Expected]
    var skipped: [Skipped]
  }

  @Test("file", arguments: SharedImports.rows.map(\.file))
  func file(name: String) throws {
    let row = try #require(SharedImports.rows.first { $0.file == name })
    let right = try JSONDecoder().decode(Right.self, from: Data(row.right.utf8))
    let path = SharedImports.folder.appendingPathComponent(name).path
    var options = RecordFileOptions()
    options.isOurs = { $0.domain == "contoso.example" }
    guard right.skipped.first?.where != "whole file" else {
      let error = #expect(throws: CommandError.self) { try RecordFile(path, options: options) }
      #expect(error?.line.contains("\u{0}") == false && error?.status == .data)
      return
    }
    var file = try RecordFile(path, options: options)
    var drafts: [RecordDraft] = []
    var others = 0
    while let item = try file.next() {
      guard case .record(let draft) = item.content else {
        others += 1
        continue
      }
      // Rows of one record add up.
      if let same = drafts.firstIndex(where: { Self.isSame($0, draft) }) {
        drafts[same].addresses += draft.addresses.filter { !drafts[same].addresses.contains($0) }
      } else {
        drafts.append(draft)
      }
    }
    #expect(drafts.map(Self.text) == right.records.map(Self.text))
    // A footer of several rows is counted by its rows here, and by one line there.
    let isEach = right.skipped.allSatisfy { !$0.where.contains("-") }
    #expect(isEach ? others == right.skipped.count : others >= right.skipped.count)
  }

  private static func isSame(_ left: RecordDraft, _ right: RecordDraft) -> Bool {
    guard left.type == right.type, left.id == right.id else { return false }
    return left.id != nil
      || left.addresses.first == right.addresses.first && left.name == right.name
  }

  private static func text(_ draft: RecordDraft) -> String {
    let parent: String
    switch draft.parent {
    case nil: parent = "-"
    case .record(let record): parent = record.description
    case .name(let name): parent = "name:" + name
    }
    return text(
      draft.type, draft.id, draft.name, draft.owner, parent,
      draft.addresses.map { $0.localPart + "@" + $0.domainKey }, draft.domains)
  }

  private static func text(_ record: Expected) -> String {
    let owner = record.owner.map { owner in
      ["name:", "id:"].reduce(owner) { $0.hasPrefix($1) ? String($0.dropFirst($1.count)) : $0 }
    }
    return text(
      record.type, record.id, record.name, owner, record.parent ?? "-", record.addresses,
      record.domains)
  }

  private static func text(
    _ type: String, _ id: String?, _ name: String, _ owner: String?, _ parent: String,
    _ addresses: [String], _ domains: [String]
  ) -> String {
    "\(type) \(id ?? "ours") '\(name)' by \(owner ?? "-") of \(parent): "
      + (addresses + domains.map { "@" + $0 }).joined(separator: " ")
  }
}

private enum SharedImports {
  static let folder = URL(fileURLWithPath: "../shared/cases/imports")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// The rows of `imports.tsv` whose file is there.
  static let rows: [(file: String, right: String)] = {
    let text = try? String(
      contentsOf: folder.appendingPathComponent("imports.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard cells.count > 3 else { return nil }
      return (String(cells[1]), String(cells[3]))
    }
  }()
}
