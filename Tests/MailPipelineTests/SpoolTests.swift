import Foundation
import Glibc
import InternetMessage
import Mailboxes
import System
import Testing
import Tracking
import TrackingStore

@testable import MailPipeline

@Suite struct SpoolLayoutTests {
  private final class Folder {
    let spool: Spool
    init(limit: Int = Spool.defaultLimit) {
      spool = Spool(
        path: NSTemporaryDirectory() + "crm-mailfilter-spool-" + UUID().uuidString, limit: limit)
    }
    deinit { try? FileManager.default.removeItem(atPath: spool.path) }

    func add(_ text: String, organization: String? = "o") throws {
      var pipe: [Int32] = [0, 0]
      #expect(Glibc.pipe(&pipe) == 0)
      write(pipe[1], text, text.utf8.count)
      close(pipe[1])
      defer { close(pipe[0]) }
      let input = MessageInput(descriptor: pipe[0], temporaryFolders: [])
      try input.holdAll()
      try spool.add(
        SpoolEntry(
          name: Spool.newName(), arrivedAt: 1, organization: organization, profile: "/p",
          envelope: Envelope(), isSent: false, failure: "locked"), message: input)
    }
  }

  @Test func namesAreFoundForTheirOwnOrganizationUntilTheEntryGoes() throws {
    let folder = Folder()
    let spool = folder.spool
    try folder.add("Message-ID: <a@x>\nSubject: [CRM:0001001] offer\n\nx")
    try folder.add("Message-ID: <b@x>\n\nx", organization: "other")
    try folder.add("Message-ID: <c@x>\n\nx", organization: nil)
    func count(_ name: MessageName, _ profile: String = "/p") -> Int? {
      spool.places(named: [name], organization: "o", profile: profile)?.count
    }
    #expect(count(.id(MessageID("a@x"))) == 1)
    #expect(count(.token("CRM:0001001")) == 1 && count(.token("0001001")) == 0)
    #expect(count(.id(MessageID("b@x"))) == 0)
    #expect(count(.id(MessageID("c@x"))) == 1 && count(.id(MessageID("c@x")), "/q") == 0)
    for entry in spool.entries() { try spool.remove(entry) }
    #expect(spool.isEmpty)
    // Nothing of the names is left: all records are blank.
    let index = try FileManager.default.subpathsOfDirectory(atPath: spool.path)
      .filter { $0.hasPrefix("names-") && $0.contains("/") }
    for file in index {
      #expect(try FileContents.read(spool.path + "/" + file).allSatisfy { $0 == 0 })
    }
  }

  @Test func whatIsWrittenFirstIsGivenFirstAndTheBytesAreCounted() throws {
    let folder = Folder(limit: 1_000)
    let spool = folder.spool
    for number in 1...4 {
      try folder.add("Message-ID: <\(number)@x>\n\n", organization: number % 2 == 0 ? "o" : "p")
    }
    var ids: [String?] = []
    for entry in spool.entries() { ids.append(try spool.header(of: entry).messageID?.value) }
    #expect(ids == ["1@x", "2@x", "3@x", "4@x"])
    let bytes = spool.recount()
    #expect(bytes > 300)
    #expect(throws: SpoolError.full) { try folder.add(String(repeating: "x", count: 1_000)) }
    for entry in spool.entries().prefix(2) { try spool.remove(entry) }
    #expect(spool.recount() < bytes)
    // A number too high, as where somebody took files away, keeps no message out for long.
    let wrong = Array("00000000000000009999 1 ".utf8) + [UInt8](repeating: 32, count: 41)
    try Data(wrong).write(to: URL(fileURLWithPath: spool.path + "/.order"))
    try folder.add("Message-ID: <5@x>\n\n")
    #expect(spool.entries().count == 3)
  }

  @Test func aFolderHoldsAThousandNumbers() {
    let places = [999, 1_000, 1_999].map { SpoolPlace(queue: 1, number: $0, nonce: 2) }
    #expect(places.map(\.number) == [999, 1_000, 1_999])
    #expect(places[0].folder != places[1].folder && places[1].folder == places[2].folder)
    #expect(SpoolPlace(folder: "", name: "5-1.mail").number == nil)
    for name in ["../x.mail", ".x.mail", "x", "a/b.mail"] { #expect(!SpoolPlace.isName(name)) }
  }
}
