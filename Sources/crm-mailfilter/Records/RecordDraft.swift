import InternetMessage
import RecordFiles
import Tracking

/// A record as a file tells it: who owns it, and to whom it belongs, may still be names.
struct RecordDraft {
  /// The account above it.
  enum Parent: Hashable {
    /// As `account:ID`.
    case record(RecordReference)
    case name(String)
  }

  /// The type; lower case.
  var type: String
  /// The id in the CRM; `nil` where the file has none.
  var id: String?
  /// What it is called; empty where nothing tells it.
  var name = ""
  /// Who owns it: an address, a name, a login or an id in the CRM.
  var owner: String?
  var parent: Parent?
  var addresses: [AddrSpec] = []
  var domains: [String] = []
}

/// What a row, card or entry of a file says.
struct RecordFileItem {
  enum Content {
    case record(RecordDraft)
    /// No record, and nothing is wrong with it: why.
    case skipped(String)
    /// What must be repaired.
    case refused(CommandError)
  }

  /// The line on which it begins, from 1.
  let line: Int
  let content: Content
  /// What was left away of it.
  var remarks: [String] = []
}

/// How a file of records is to be taken.
struct RecordFileOptions {
  /// The type of all records.
  var type: String?
  /// Columns by their headings.
  var columns: [(heading: String, field: MappedField)] = []
  /// Whether contacts that are marked as private are taken.
  var takesPrivate = false
  /// Whether an address is one of the organization's own, whose mail is nobody else's.
  var isOurs: @Sendable (AddrSpec) -> Bool = { _ in false }
}

/// What a column may be said to be.
enum MappedField: String, CaseIterable {
  case type, id, name, owner, parent, address, domain
  /// Nothing.
  case none

  /// What such a column is in a table.
  var role: ColumnRole? {
    switch self {
    case .type: .type
    case .id: .id
    case .name: .name
    case .owner: .owner
    case .parent: .parentID
    case .address: .address
    case .domain: .domain
    case .none: nil
    }
  }
}
