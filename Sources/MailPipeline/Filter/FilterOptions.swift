/// What a filter run is told.
package struct FilterOptions: Sendable, Hashable {
  /// The profile; `nil` for the usual places.
  package var profile: String?
  /// The spool's folder; `nil` for the usual place.
  package var spool: String?
  /// The envelope recipients.
  package var recipients: [String] = []
  /// The envelope sender; `<>` or empty for none.
  package var sender: String?
  /// Whether the owner of the mailbox wrote the message.
  package var isSent = false
  /// Whether a message that cannot be tracked now is handed back to the host.
  package var isStrict = false
  /// Whether the message goes on by stdout.
  package var hasOutput = true

  /// The defaults.
  package init() {}

  /// An argument that is no option of the filter.
  package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in one line.
    package let description: String
  }

  /// The options, in the order in which they are documented.
  package static let all: [FilterOption] = [
    FilterOption(
      "profile", value: "file", "the profile instead of the usual one",
      .value { $1.profile = $0 }),
    FilterOption(
      "spool", value: "folder", "where messages wait that cannot be tracked yet",
      .value { $1.spool = $0 }),
    FilterOption(
      "recipient", value: "address", "an envelope recipient; may be given again",
      .value { $1.recipients.append($0) }),
    FilterOption(
      "sender", value: "address", "the envelope sender; '<>' for none", .value { $1.sender = $0 }),
    FilterOption("sent", "the owner of the mailbox wrote the message", .flag { $0.isSent = true }),
    FilterOption(
      "strict", "what cannot be tracked now is handed back, with status 75",
      .flag { $0.isStrict = true }),
    FilterOption(
      "no-output", "nothing is written to stdout: the host keeps the message",
      .flag { $0.hasOutput = false }),
  ]

  /// Reads arguments.
  ///
  /// What follows an option that takes a value is its value, whatever it looks like: an address
  /// cannot become an option.
  ///
  /// - Throws: `UsageError`.
  package init(parsing arguments: [String]) throws(UsageError) {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      // Bytes: an address may begin with a character that joins the '='.
      let bytes = argument.utf8
      let equals = bytes.firstIndex(of: UInt8(ascii: "="))
      let value = equals.map { String(argument[bytes.index(after: $0)...]) }
      let name = bytes[..<(equals ?? bytes.endIndex)]
      guard
        let option = Self.all.first(where: { name.elementsEqual("--\($0.name)".utf8) })
      else { throw UsageError(description: "'filter' knows no '\(argument)'; see --help") }
      switch option.effect {
      case .flag(let set):
        guard value == nil else {
          throw UsageError(description: "--\(option.name) takes no value")
        }
        set(&self)
      case .value(let set):
        guard let value = value ?? rest.next() else {
          throw UsageError(description: "--\(option.name) needs a value")
        }
        set(value, &self)
      }
    }
  }
}

/// An option of the filter: the one place from which arguments, help and manual are made.
package struct FilterOption: Sendable {
  /// What an option does to the options.
  package enum Effect: Sendable {
    /// It stands alone.
    case flag(@Sendable (inout FilterOptions) -> Void)
    /// It takes a value.
    case value(@Sendable (String, inout FilterOptions) -> Void)
  }

  /// The name without dashes.
  package let name: String
  /// What its value is called; `nil` where it takes none.
  package let value: String?
  /// What it does, in one line.
  package let summary: String
  /// What it does.
  package let effect: Effect

  init(_ name: String, value: String? = nil, _ summary: String, _ effect: Effect) {
    self.name = name
    self.value = value
    self.summary = summary
    self.effect = effect
  }
}
