import InternetMessage

/// A mailbox of the profile: who owns it and under which addresses it receives and sends.
public struct ProfileMailbox: Hashable, Sendable {
  /// The user to whom tracked copies of this mailbox belong, named by an address.
  public let owner: AddrSpec

  /// All addresses of the mailbox; the owner's is among them.
  public let addresses: [AddrSpec]

  /// Makes a mailbox; the owner's address is added where it is missing.
  public init(owner: AddrSpec, addresses: [AddrSpec]) {
    self.owner = owner
    self.addresses = addresses.contains(owner) ? addresses : [owner] + addresses
  }
}
