import Foundation

@testable import Mailboxes

/// A folder that is gone with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "crm-mailfilter-mailboxes-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file; the folders that it lies in are made.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> MailPath {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return MailPath(path + "/" + name)
  }
}
