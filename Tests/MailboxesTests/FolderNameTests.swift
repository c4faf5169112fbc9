import Testing

@testable import Mailboxes

/// Folders are known by the names that people see, in whatever encoding they lie on disk.
@Suite struct FolderNameTests {
  @Test(arguments: [
    ("Entw&APw-rfe", "Entwürfe"), ("&BCcENQRABD0EPgQyBDgEOgQ4-", "Черновики"), ("A&-B", "A&B"),
    ("&Jjo-!", "☺!"), ("&2D3eAA-", "😀"), ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
    // Not in this encoding.
    ("R&D", "R&D"), ("a&b-c", "a&b-c"), ("&A-", "&A-"), ("&AP-", "&AP-"), ("&ü-", "&ü-"),
    ("&2D0-", "&2D0-"), ("&", "&"), ("", ""), ("Entwürfe", "Entwürfe"),
  ])
  func modifiedUTF7IsRead(_ name: String, _ text: String) {
    #expect(ModifiedUTF7.decoded(name) == text)
  }

  @Test(arguments: [
    "Drafts", "Entw&APw-rfe", "entwürfe", "Entwu\u{308}rfe", "INBOX/Papierkorb",
    "[Gmail].Papierkorb",
    "Gel&APY-schte Elemente", "Junk-E-Mail", "Junk E-Mail", "Spamverdacht", "Corbeille",
    "Courrier ind&AOk-sirable", "Bo&AO4-te d'envoi", "Boîte d’envoi", "Borradores", "Cestino",
    "Prullenbak", "Unsent Messages", "Outbox", "Templates", "Quarantine", "Utkast", "Kladder",
    "&BCcENQRABD0EPgQyBDgEOgQ4-", "Удалённые", "迷惑メール", "垃圾邮件", "TRASH/2024", "Work/Spam",
  ])
  func theseAreLeftOut(_ name: String) {
    #expect(FolderSelection().choice(name) == .none)
  }

  @Test(arguments: [
    "INBOX", "Sent", "Gesendet", "Archive", "R&D", "Spam Inc. & Sons", "Trashcan makers",
    "Draft beer",
    "Concept", "2024", "Kunden/Papierkorbfabrik",
  ])
  func theseAreNot(_ name: String) {
    #expect(FolderSelection().choice(name) == .usual)
  }

  @Test func namesAreTakenInEitherEncoding() {
    for asked in ["Entwürfe", "ENTWÜRFE", "Entw&APw-rfe"] {
      for name in ["Entwürfe", "Entw&APw-rfe", "Entwu\u{308}rfe/2024"] {
        #expect(FolderSelection([asked]).choice(name) == .named, "\(asked) \(name)")
      }
    }
    #expect(FolderSelection(["Entwürfe"]).unused(among: ["INBOX", "Entw&APw-rfe"]).isEmpty)
  }
}
