import Glibc
import InternetMessage
import Tracking

/// Prints a message, its subject, its sender, those in To, those in Cc and its text, as `batch` has them
/// indexed; each after its length in four bytes, the lowest first.
///
/// - Returns: Whether all of it could be written.
func writeTexts(of bytes: [UInt8]) -> Bool {
  let header = MessageHeader(HeaderSection(bytes))
  var record: [UInt8] = []
  func add(_ field: [UInt8]) {
    withUnsafeBytes(of: UInt32(field.count).littleEndian) { record += $0 }
    record += field
  }
  add(bytes)
  add(Array(SearchWords.prepared(header.subject ?? "").utf8))
  for mailboxes in [header.from, header.to, header.cc] {
    let lines = mailboxes.map { mailbox in
      (mailbox.displayName.map { SearchWords.prepared($0) + " " } ?? "")
        + SearchWords.prepared(mailbox.address.description) + "\n"
    }
    add(Array(lines.joined().utf8))
  }
  add(Array(bytes.withUnsafeBytes { SearchText.text(of: $0) }.utf8))
  var written = 0
  while written < record.count {
    let count = record.withUnsafeBytes {
      write(STDOUT_FILENO, $0.baseAddress?.advanced(by: written), $0.count - written)
    }
    guard count > 0 else { return false }
    written += count
  }
  return true
}
