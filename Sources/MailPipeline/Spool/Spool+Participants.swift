import Glibc
import InternetMessage
import Mailboxes

extension Spool {
  /// The waiting messages in which an address takes part, by header or envelope.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - organization: Only what is meant for this one, or for none yet.
  /// - Returns: The entries, oldest first.
  /// - Throws: `FileError`, `InputError`.
  public func entries(naming address: AddrSpec, organization: String) throws -> [SpoolEntry] {
    try entries().filter { entry in
      guard entry.organization.map({ $0 == organization }) ?? true else { return false }
      if entry.envelope.recipients.contains(address) { return true }
      if case .address(let sender)? = entry.envelope.sender, sender == address { return true }
      let descriptor = try open(entry)
      defer { close(descriptor) }
      let input = MessageInput(descriptor: descriptor, temporaryFolders: [])
      let header = MessageHeader(try input.readHeader())
      return
        (header.from + header.replyTo + header.to + header.cc + header.bcc
        + [header.sender].compactMap { $0 })
        .contains { $0.address == address }
    }
  }
}
