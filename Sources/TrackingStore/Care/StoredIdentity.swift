import Foundation
import GRDB
import Tracking

/// What the bytes of a copy should be.
public struct StoredIdentity: Sendable {
  /// The copy.
  public let id: CopyID
  /// The identity of its message.
  public let key: [UInt8]
  /// The length of the message in bytes.
  public let size: Int
  /// Whether only its beginning is stored.
  public let isTruncated: Bool

  init(_ row: Row) {
    id = CopyID(row[0])
    key = Array(row[1] as Data)
    size = row[2]
    isTruncated = row[3]
  }
}
