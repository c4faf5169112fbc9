import InternetMessage

/// Reads an address that a person typed.
///
/// - Throws: `CommandError`.
func parseAddress(_ text: String) throws -> AddrSpec {
  guard let address = AddrSpec(text) else {
    throw CommandError(.usage, "'\(text)' is no address; write name@domain")
  }
  return address
}
