import Foundation
import Tracking

/// A row of a table as the Web API gives it: what is known of its columns; others mean nothing.
package struct DataverseRow: Decodable, Sendable {
  /// A value that is no list and no object.
  private enum Value: Sendable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private var values: [String: Value] = [:]

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if let text = try? container.decode(String.self, forKey: key) {
        values[key.stringValue] = .text(text)
      } else if let boolean = try? container.decode(Bool.self, forKey: key) {
        values[key.stringValue] = .boolean(boolean)
      } else if let integer = try? container.decode(Int.self, forKey: key) {
        values[key.stringValue] = .integer(integer)
      }
    }
  }

  /// A text of a column; `nil` where there is none.
  package func text(_ column: String) -> String? {
    guard case .text(let text)? = values[column] else { return nil }
    return text
  }

  /// A number of a column.
  package func integer(_ column: String) -> Int? {
    guard case .integer(let integer)? = values[column] else { return nil }
    return integer
  }

  /// A yes or no of a column.
  package func boolean(_ column: String) -> Bool? {
    guard case .boolean(let boolean)? = values[column] else { return nil }
    return boolean
  }

  /// The id in a column, in lower case.
  package func id(_ column: String) -> String? {
    text(column).flatMap { ODataText.isID($0) ? $0.lowercased() : nil }
  }

  /// The record that a lookup column leads to, where the answer says of which table it is.
  package func record(_ column: String) -> RecordReference? {
    guard let id = id(column),
      let table = text(column + "@Microsoft.Dynamics.CRM.lookuplogicalname"),
      ODataText.isName(table)
    else { return nil }
    return RecordReference(type: table, id: id)
  }
}

/// Rows of a table, a page of them.
package struct DataversePage: Decodable, Sendable {
  /// The rows.
  package var rows: [DataverseRow]
  /// Where the next page is.
  package var next: String?
  /// Where what changes from now on is.
  package var delta: String?

  private enum CodingKeys: String, CodingKey {
    case rows = "value"
    case next = "@odata.nextLink"
    case delta = "@odata.deltaLink"
  }
}

extension DataverseAnswer {
  /// So many bytes of JSON are read.
  static let longestJSON = 16 << 20

  /// Whether it is a page for people, such as one of a proxy's or of sign-ins: no organization answers
  /// with one.
  var isPage: Bool {
    (fields["content-type"] ?? "").lowercased().hasPrefix("text/html")
      || body.prefix(1_000).first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "<")
  }

  /// What the body says.
  ///
  /// - Throws: `RemoteTrouble.unknownOutcome` where it says something else, as a page of HTML.
  package func decoded<Value: Decodable>(_ type: Value.Type) throws(RemoteTrouble) -> Value {
    guard body.count <= Self.longestJSON else {
      throw .unknownOutcome("its answer is longer than 64 MiB")
    }
    guard let value = JSONBytes.decoded(type, from: body) else {
      throw .unknownOutcome(
        isPage
          ? "it answered with a page of HTML" : "it answered with something else than JSON")
    }
    return value
  }
}
