import Glibc
import InternetMessage
import Testing
import Tracking

@testable import MailPipeline

@Suite struct SpoolEntryTests {
  @Test func anEntryComesBackAsItWent() throws {
    let address = try #require(AddrSpec("\"odd one\"@x.example"))
    for sender in [Envelope.Sender.null, .address(address), nil] {
      let entry = SpoolEntry(
        name: "n.mail", arrivedAt: 17, organization: "contoso", profile: "/a b/c.toml",
        envelope: Envelope(sender: sender, recipients: [address]), isSent: true, trouble: "locked")
      let message = Array("\n\nFrom: x\n\n".utf8)
      let file = entry.header + message
      let read = try #require(
        SpoolEntry(name: "n.mail", start: file, fileSize: file.count))
      #expect(Array(file[read.messageOffset...]) == message && read.size == message.count)
      #expect(read.envelope == entry.envelope && read.isSent && read.arrivedAt == 17)
      #expect(read.organization == "contoso" && read.profile == "/a b/c.toml")
      #expect(read.trouble == "locked")
    }
  }

  @Test func aValueCannotAddALine() throws {
    let entry = SpoolEntry(
      name: "n", arrivedAt: 1, organization: nil, profile: "/x\nsent yes\n\nbody",
      envelope: Envelope(), isSent: false, trouble: "t")
    let file = entry.header
    let read = try #require(SpoolEntry(name: "n", start: file, fileSize: file.count))
    #expect(!read.isSent && read.messageOffset == file.count)
  }

  @Test func otherFilesAreNoEntries() {
    for text in ["", "From: x\n\nbody", "crm-mailfilter spool entry 1\narrived 1\n"] {
      #expect(SpoolEntry(name: "n", start: Array(text.utf8), fileSize: text.utf8.count) == nil)
    }
  }
}
