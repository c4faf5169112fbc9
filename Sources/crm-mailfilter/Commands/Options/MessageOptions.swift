import ArgumentParser
import Glibc
import InternetMessage
import MailPipeline
import Mailboxes
import System
import Tracking

/// The message that a command looks at, and how it came.
struct MessageOptions: ParsableArguments {
  @Argument(
    help: "A file with one message; stdin where it is absent or '-'.", completion: .file())
  var file: String?

  @Option(parsing: .unconditionalSingleValue, help: "An envelope recipient; may be given again.")
  var recipient: [String] = []

  @Option(parsing: .unconditional, help: "The envelope sender; '<>' for none.")
  var sender: String?

  @Flag(help: "The owner of the mailbox wrote the message.")
  var sent = false

  /// Opens the message.
  ///
  /// - Throws: `FileError`; `CommandError` where it is a folder.
  func input() throws -> MessageInput {
    var descriptor: Int32 = 0
    if let file, file != "-" {
      descriptor = open(ArgumentBytes.path(file), O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: file, code: errno) }
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        close(descriptor)
        throw CommandError(
          .noInput, "\(file) is a folder; name one message of it, or see 'batch'")
      }
    }
    return MessageInput(
      descriptor: descriptor, temporaryFolders: HostEnvironment.process.temporaryFolders)
  }

  /// How it came; the environment says nothing about it, since no mail host calls.
  var arrival: Arrival {
    Arrival(
      envelope: EnvelopeReader.envelope(sender: sender, recipients: recipient, environment: nil),
      isSent: sent, seenAt: TextOutput.now)
  }
}

/// Reads an address that a person typed.
///
/// - Throws: `CommandError`.
func parseAddress(_ text: String) throws -> AddrSpec {
  guard let address = AddrSpec(text) else {
    throw CommandError(.usage, "'\(text)' is no address; write name@domain")
  }
  return address
}

extension UserRole: ExpressibleByArgument {}

extension FilterMethod: ExpressibleByArgument {}

extension Direction: ExpressibleByArgument {}
