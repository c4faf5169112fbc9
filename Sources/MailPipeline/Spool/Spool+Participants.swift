import Glibc
import InternetMessage
import Mailboxes

extension Spool {
  /// The waiting messages that an address is named in: by the envelope, or by any field of the header.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - organization: Only what is meant for this one, or for none yet.
  /// - Returns: The entries, oldest first.
  /// - Throws: `FileError`, `InputError`.
  package func entries(naming address: AddrSpec, organization: String) throws -> [SpoolEntry] {
    try entries().filter { entry in
      guard entry.organization.map({ $0 == organization }) ?? true else { return false }
      if entry.envelope.recipients.contains(address) { return true }
      if case .address(let sender)? = entry.envelope.sender, sender == address { return true }
      // All of it that fits into memory, not only what rules look at.
      let limits = HeaderSection.Limits(bytes: MessageInput.memoryLimit, fields: 1_000_000)
      let section = try header(of: entry, limits: limits).section
      return section.fields.contains { field in
        section.bytes[field.valueRange].withUnsafeBytes { value in
          value.contains(UInt8(ascii: "@"))
            && AddressList.parse(value).contains { $0.address == address }
        }
      }
    }
  }

  /// The paths of files that may hold mail of anybody and cannot be read as what waits: damaged ones,
  /// and those that a run was writing when it was killed.
  package func unreadableFiles() -> [String] {
    allContents().damaged.map { path + "/" + $0.path }
      + names(in: "", where: Self.isTemporary).sorted().map { path + "/" + $0 }
  }
}
