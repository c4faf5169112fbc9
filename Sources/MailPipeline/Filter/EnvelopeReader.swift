import InternetMessage
import Tracking

/// Reads the envelope of a message from what the host said: options, else the environment.
///
/// The addresses are what a stranger wrote: one that cannot be read is left out, and is never taken
/// for anything but an address.
package enum EnvelopeReader {
  /// The envelope of a filter run.
  ///
  /// - Parameters:
  ///   - sender: The `--sender` option.
  ///   - recipients: The `--recipient` options.
  ///   - environment: Where mail hosts leave SENDER, RECIPIENT, ORIGINAL_RECIPIENT (Postfix) and
  ///     ORIG_RECIPIENT (Dovecot); `nil` to leave it alone.
  /// - Returns: What could be read.
  package static func envelope(
    sender: String?, recipients: [String], environment: HostEnvironment?
  ) -> Envelope {
    var addresses = recipients
    if addresses.isEmpty, let environment {
      addresses = ["RECIPIENT", "ORIGINAL_RECIPIENT", "ORIG_RECIPIENT"]
        .compactMap { environment[$0] }
    }
    var envelope = Envelope()
    var seen: Set<AddrSpec> = []
    for text in addresses {
      if let address = AddrSpec(withoutBrackets(text)), seen.insert(address).inserted {
        envelope.recipients.append(address)
      }
    }
    if let text = sender ?? environment?.value(of: "SENDER") {
      envelope.sender =
        MessageHeader.isNullReversePath(text)
        ? .null : AddrSpec(withoutBrackets(text)).map(Envelope.Sender.address)
    }
    return envelope
  }

  private static func withoutBrackets(_ text: String) -> String {
    text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
  }
}
