import Foundation
import Glibc
import Testing

/// Whatever is in an archive's folder, or ended a run there: what may not be read any more goes away, and
/// nothing that is somebody else's is used.
@Suite struct ArchiveFolderTests {
  private static let hasStrace = access(SystemCallTrace.strace, X_OK) == 0

  private func filled() throws -> (place: Place, site: Site) {
    let place = try Place()
    for (number, sender) in ["erin", "kim"].enumerated() {
      let mail = customerMail(
        id: "f\(number)@fabrikam.example", from: "\(sender)@fabrikam.example",
        subject: "Subject\(number)")
      #expect(try place.filter(mail).status == 0)
    }
    return (place, Site(place))
  }

  @Test(.enabled(if: hasStrace, "strace is not there"))
  func killedWhileItsReaderChangesItIsMadeForTheNextOne() throws {
    let (place, _) = try filled()
    #expect(try place.archive("kept").status == 0)
    #expect(try place.archive("whole", "from:kim@fabrikam.example").status == 0)
    let whole = try Site(place, "whole").files
    for name in ["unlinkat", "renameat"] {
      for number in [1, 2, 5, 12] {
        _ = try place.shell("rm -rf site && cp -a kept site")
        let path = place.folder + "/site"
        _ = try place.shell(
          "\(SystemCallTrace.strace) -f -qq -o trace -e trace=\(name) "
            + "-e inject=\(name):signal=SIGKILL:when=\(number) "
            + "\"$F\" archive \"\(path)\" from:kim@fabrikam.example")
        // With the reader before as with the next: all that is there is theirs.
        let back = try place.archive("site")
        #expect(back.status == 0, "\(name) \(number): \(back)")
        #expect(
          try Site(place).files == Site(place, "kept").files, "\(name) \(number): \(back)")
        let next = try place.archive("site", "from:kim@fabrikam.example")
        #expect(next.status == 0, "\(name) \(number): \(next)")
        #expect(try Site(place).files == whole, "\(name) \(number)")
      }
    }
  }

  @Test func aMessageThatIsTrackedAnewHasOnlyItsOwnFiles() throws {
    let place = try Place()
    func mail(_ extra: String, _ parts: String) -> [UInt8] {
      customerMail(
        subject: "Files",
        extra: extra + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
        body: "--b\n\nText\n\(parts)--b--\n")
    }
    let attached = "--b\nContent-Disposition: attachment; filename=\"a\"\n\nAttached1\n"
    let first = mail("Bcc: secret@contoso.example\n", attached)
    #expect(try place.filter(first).status == 0)
    let site = Site(place)
    #expect(try place.archive("site").status == 0)
    #expect(try !site.filesWith("secret@contoso.example").isEmpty)
    #expect(site.paths.contains { $0.hasPrefix("a/") })
    #expect(try place.run("untrack", "1").status == 0)
    #expect(try place.filter(mail("", "")).status == 0)
    let run = try place.archive("site")
    #expect(run.status == 0, "\(run)")
    #expect(try site.filesWith("secret@contoso.example").isEmpty)
    #expect(try site.filesWith("Attached1").isEmpty)
    #expect(!site.paths.contains { $0.hasPrefix("a/") })
    #expect(try site.brokenLinks().isEmpty)
    #expect(try place.archive("whole").status == 0)
    #expect(try Site(place, "whole").files == site.files)
  }

  @Test func aFolderOfAFileServerKeepsNothingThere() throws {
    let place = try Place()
    for message in ArchiveCommandTests.mail { #expect(try place.filter(message).status == 0) }
    let site = Site(place)
    #expect(try place.archive("site").status == 0)
    let made = try place.shell(
      "for one in a/*/* . m/* .crm-mailfilter-archive.tmp; do mkdir site/$one/@eaDir; done"
        .replacing("a/*/* . m/*", with: "$(cd site && echo a/*/* . m/*)"))
    #expect(made.status == 0 && !made.text.contains("*"), "\(made)")
    #expect(try !site.filesWith("alert(3)").isEmpty)
    #expect(try place.run("untrack", "3").status == 0)
    let run = try place.archive("site")
    #expect(run.status == 0 && run.text.contains("taken away"), "\(run)")
    #expect(try site.filesWith("alert(3)").isEmpty)
    #expect(try site.filesWith("kim@fabrikam.example").isEmpty)
    #expect(try place.archive("site").text == "3 messages: nothing is new\n")
  }

  @Test func anObstacleKeepsOnlyWhatItStandsBefore() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    // The folder of one message's page is a link now, which its page cannot be taken away through.
    let page = try #require(
      try site.filesWith("Subject0").first { $0.hasPrefix("m/") && $0.hasSuffix(".html") })
    let folder = String(page.prefix { $0 != "." }.prefix(4))
    _ = try place.shell("mv site/\(folder) away && ln -s ../../away site/\(folder)")
    for number in ["1", "2"] { #expect(try place.run("untrack", number).status == 0) }
    #expect(try place.filter(customerMail(id: "n@fabrikam.example", subject: "New")).status == 0)
    for _ in 0..<2 {
      let run = try place.archive("site")
      #expect(run.status == 77 && run.errors.contains(folder), "\(run)")
      for subject in ["Subject0", "Subject1"] {
        let left = try site.filesWith(subject).filter { !$0.hasPrefix(folder) }
        #expect(left.isEmpty, "\(left)")
      }
      #expect(try site.text("index.html").contains("New"))
      #expect(try place.shell("ls away").text.contains(".html"))
    }
    _ = try place.shell("rm site/\(folder)")
    #expect(try place.archive("site").status == 0)
    #expect(try place.archive("whole").status == 0)
    #expect(try site.files == Site(place, "whole").files)
  }

  @Test func aFolderInThePlaceOfAFileKeepsOnlyThatFile() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    // One of the first lists that are written.
    let page = try #require(try site.filesWith("Subject0").first { $0.hasPrefix("mail/") })
    _ = try place.shell("rm site/\(page) && mkdir -p site/\(page)/theirs")
    #expect(try place.run("untrack", "1").status == 0)
    for _ in 0..<2 {
      let run = try place.archive("site")
      #expect(run.status == 74 && run.errors.contains("/site/\(page)"), "\(run)")
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(try site.filesWith("Subject0").isEmpty)
      #expect(try place.shell("ls site/\(page)").text == "theirs\n")
    }
    _ = try place.shell("rm -r site/\(page)")
    #expect(try place.archive("site").status == 0)
    #expect(try place.archive("whole").status == 0)
    #expect(try site.files == Site(place, "whole").files)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func whatSomebodyElseMadeThereIsNotUsed() throws {
    let (place, _) = try filled()
    let name = ".crm-mailfilter-archive"
    for made in ["mkdir site/\(name).tmp", "touch site/\(name).lock"] {
      _ = try place.shell(
        "rm -rf site; mkdir site; \(made); chmod 777 site/.c*; chown 65534 site/.c*")
      let run = try place.archive("site")
      #expect(run.status == 77 && run.errors.contains("belongs to somebody else"), "\(run)")
      #expect(try place.shell("ls -A site").text.split(separator: "\n").allSatisfy { $0 != name })
    }
  }

  @Test func aFolderThatWasLeftUnreadableIsTheGroupsAgain() throws {
    let (place, site) = try filled()
    let group = "\(getegid())"
    #expect(try place.archive("site", "--group", group).status == 0)
    let change = geteuid() == 0 ? "-exec chgrp 65534 {} +" : ""
    _ = try place.shell(
      "find site -mindepth 1 -type d -name '[!.]*' -exec chmod 700 {} + \(change)")
    let run = try place.archive("site", "--group", group, "--title", "Other")
    #expect(run.status == 0, "\(run)")
    for name in site.paths where !name.hasPrefix(".") {
      let mode = site.mode(name)
      #expect(mode == 0o640 || mode == 0o750, "\(name): \(String(mode, radix: 8))")
    }
    #expect(try place.shell("find site ! -group \(group)").text.isEmpty)
  }

  @Test func aRunThatMustWaitChangesNothing() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    let run = try place.shell(
      "flock site/.crm-mailfilter-archive.lock \"$F\" archive site --group \(getegid())")
    #expect(run.status == 75, "\(run)")
    #expect(site.mode("") == 0o700)
  }

  @Test func aLinkInTheArchiveIsToBeRemoved() throws {
    let (place, _) = try filled()
    #expect(try place.archive("site").status == 0)
    _ = try place.shell("rm -rf site/mail; ln -s /nowhere site/mail")
    let run = try place.archive("site", "--title", "Other")
    #expect(run.status == 77 && run.errors.contains("/site/mail'"), "\(run)")
    #expect(run.errors.contains("rm '") && !run.errors.contains("profile"), "\(run)")
  }

  /// Folders of others, `h` the home folder.
  static let refusedPlaces = [
    "data/crm-mailfilter", "data/crm-mailfilter/site", "state/crm-mailfilter/spool",
    "state/crm-mailfilter/spool/site", "Maildir/new", "Maildir/cur/", "link/tmp/site", "h",
  ]

  @Test(arguments: refusedPlaces)
  func aFolderThatOthersUseIsRefused(_ name: String) throws {
    let (place, _) = try filled()
    _ = try place.shell("mkdir -p h Maildir/new Maildir/cur Maildir/tmp; ln -s Maildir link")
    let run = try place.shell("HOME=$PWD/h \"$F\" archive \(name)")
    #expect(run.status == 73 && run.errors.contains("name a new folder"), "\(run)")
    #expect(try place.shell("find . -name '.crm-mailfilter-archive*'").text.isEmpty)
  }
}
