import Foundation
import Glibc
import Testing

/// The sample for Request Tracker against Debian's real one.
@Suite(
  .host("/usr/share/request-tracker5/libexec/rt-server", "/usr/sbin/rt-setup-database-5"),
  .serialized)
struct RequestTrackerTests {
  /// A place whose organization is the sample, and the tracker.
  private final class Desk {
    let place: Place
    let tracker: RequestTracker
    var program: String { place.folder + "/request-tracker" }

    init() throws {
      tracker = try RequestTracker.shared.get()
      place = try Place(rules: "")
      try FileManager.default.copyItem(
        atPath: Repository.root + "/samples/organizations/request-tracker", toPath: program)
      let text = try String(contentsOfFile: place.profile, encoding: .utf8)
      try text.replacingOccurrences(of: "sqlite:contoso.sqlite", with: "exec:\(program)")
        .write(toFile: place.profile, atomically: true, encoding: .utf8)
      try FileManager.default.createDirectory(
        atPath: place.folder + "/.config/crm-mailfilter", withIntermediateDirectories: true)
      try configure(token: tracker.token)
    }

    func configure(token: String, port: Int? = nil) throws {
      let path = place.folder + "/.config/crm-mailfilter/request-tracker.json"
      try
        #"{"url": "http://127.0.0.1:\#(port ?? tracker.port)/", "token": "\#(token)", "queue": "Mail"}"#
        .write(toFile: path, atomically: true, encoding: .utf8)
      chmod(path, 0o600)
    }

    func add() throws -> Program.Result {
      try place.run("org", "add", "contoso", "exec:\(program)")
    }
  }

  @Test("mail of a user that it knows, and answers, are comments of a ticket, byte for byte")
  func keeps() throws {
    let desk = try Desk()
    let added = try desk.add()
    #expect(
      added.status == 0 && added.text.contains("Request Tracker 5.")
        && added.text.contains("it does not know: regard, changes"), "\(added)")
    // No text of one charset, line ends of both kinds, and no character at all.
    let offer =
      customerMail(
        id: "k1@x.example", subject: "=?utf-8?q?Pr=C3=BCfung_keeps?=", extra: "Cc: x@y.example")
      + [0xFC, 13, 10, 0, 0xE9]
    _ = try desk.place.filter(offer)
    _ = try desk.place.filter(
      customerMail(
        id: "k2@x.example", from: "x@y.example", subject: "Re: keeps",
        extra: "In-Reply-To: <k1@x.example>"))
    _ = try desk.place.filter(
      customerMail(id: "k3@x.example", from: "spam@z.example", subject: "Spam keeps"))
    let sync = try desk.place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(try desk.tracker.tickets(like: "%keeps <%").count == 1)
    let comments = try desk.tracker.comments(like: "%keeps <%")
    #expect(comments.count == 2 && Set(comments.map(\.ticket)).count == 1, "\(comments)")
    #expect(comments.first?.message == offer)
    #expect(try desk.place.run("show", "2").text.contains("answers mail 1"))
    let shown = try desk.place.run("show", "1")
    #expect(shown.text.contains("ticket:\(comments.first?.ticket ?? "")"), "\(shown)")
  }

  @Test("runs that are killed anywhere, and are repeated, make nothing two")
  func once() throws {
    let desk = try Desk()
    #expect(try desk.add().status == 0)
    for number in 1...4 {
      _ = try desk.place.filter(
        customerMail(id: "o\(number)@x.example", subject: "No \(number) once"))
    }
    var runs = 0
    var killed = 0
    while !desk.place.waiting.isEmpty, runs < 60 {
      runs += 1
      let limit = runs <= 8 ? "0.\(runs % 6 + 2)" : "60"
      let run = try Program.run(
        "/usr/bin/timeout", ["-s", "KILL", limit, Program.path, "sync"],
        environment: desk.place.environment, folder: desk.place.folder)
      if run.status >= 128 { killed += 1 }
      for file in run.status == 65 ? desk.place.waiting : [] {
        _ = try desk.place.run("failures", "retry", file)
      }
    }
    #expect(killed >= 2 && desk.place.waiting.isEmpty)
    #expect(try desk.tracker.tickets(like: "% once <%").count == 4)
    #expect(try desk.tracker.comments(like: "% once <%").count == 4)
    // The same message once more.
    _ = try desk.place.filter(customerMail(id: "o1@x.example", subject: "No 1 once"))
    #expect(try desk.place.run("sync").status == 0)
    #expect(try desk.tracker.comments(like: "% once <%").count == 4)
  }

  @Test("what it cannot do is said, and is undone there by a person first")
  func takesBack() throws {
    let desk = try Desk()
    #expect(try desk.add().status == 0)
    _ = try desk.place.filter(customerMail(id: "t1@x.example", subject: "Offer back"))
    #expect(try desk.place.run("sync").status == 0)
    let regarded = try desk.place.run("regarding", "1", "ticket:1")
    #expect(regarded.status == 64 && regarded.errors.contains("does not know"), "\(regarded)")
    let refused = try desk.place.run("untrack", "1")
    #expect(refused.status == 65 && refused.errors.contains("deletes no comments"), "\(refused)")
    #expect(try desk.place.run("list", "--count").text.hasPrefix("1"))
    let ticket = try #require(try desk.tracker.tickets(like: "% back <%").first)
    try desk.tracker.shred(ticket: ticket)
    #expect(try desk.tracker.comments(like: "% back <%").isEmpty)
    let untracked = try desk.place.run("untrack", "1")
    #expect(untracked.status == 0, "\(untracked)")
    #expect(try desk.place.run("list", "--count").text.hasPrefix("0"))
  }

  @Test("a ticket that a subject names is taken where this user may, and holds nobody up elsewhere")
  func namedTickets() throws {
    let desk = try Desk()
    #expect(try desk.add().status == 0)
    _ = try desk.place.filter(customerMail(id: "n1@x.example", subject: "First named"))
    #expect(try desk.place.run("sync").status == 0)
    let own = try #require(try desk.tracker.tickets(like: "First named <%").first)
    _ = try desk.place.filter(
      customerMail(id: "n2@x.example", subject: "[test #\(own)] Second named"))
    _ = try desk.place.filter(
      customerMail(
        id: "n3@x.example", subject: "[test #\(desk.tracker.foreignTicket)] Third named"))
    _ = try desk.place.filter(
      customerMail(id: "n4@x.example", subject: "[test #99999] Fourth named"))
    let sync = try desk.place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    let comments = try desk.tracker.comments(like: "% named <%")
    #expect(comments.count == 4)
    #expect(comments[0].ticket == own && comments[1].ticket == own)
    #expect(Set(comments.map(\.ticket)).count == 3)
  }

  @Test("who is not let in, or finds nobody, is told in one line")
  func troubles() throws {
    let desk = try Desk()
    #expect(try desk.add().status == 0)
    func line(_ status: Int32, _ words: String) throws {
      let result = try Program.run(
        Program.path, ["org", "connect", "contoso"], environment: desk.place.environment,
        folder: desk.place.folder)
      #expect(result.status == status && result.errors.contains(words), "\(result)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
    try desk.configure(token: "1-1-00000000000000000000000000000000")
    try line(77, "RT answers 401")
    try desk.configure(token: desk.tracker.token, port: 1)
    try line(75, "Connection refused")
    unlink(desk.place.folder + "/.config/crm-mailfilter/request-tracker.json")
    try line(77, "request-tracker.json: No such file or directory")
  }
}

/// Debian's Request Tracker on loopback, with SQLite, in a folder of its own.
private final class RequestTracker: @unchecked Sendable {
  static let shared = Result { try RequestTracker() }

  let folder = "/tmp/crm-rt-" + UUID().uuidString.prefix(8)
  let server: LoopbackServer
  /// The token of a user who may do what the sample says that it needs.
  let token: String
  /// A ticket that this user may not see.
  let foreignTicket: String
  var port: Int { server.port }

  private var database: String { folder + "/rt.sqlite" }

  private init() throws {
    let folder = folder
    try FileManager.default.createDirectory(
      atPath: folder + "/conf.d", withIntermediateDirectories: true)
    for name in ["mason", "session", "var"] {
      try FileManager.default.createDirectory(
        atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    let environment = [
      "RT_SITE_CONFIG": folder + "/RT_SiteConfig.pm", "RT_SITE_CONFIG_DIR": folder + "/conf.d",
      "HOME": folder,
    ]
    func write(_ text: String, _ name: String) throws {
      try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    func configure(_ port: Int) throws {
      try write(
        """
        Set($rtname, 'test');
        Set($Organization, 'test.example');
        Set($WebDomain, '127.0.0.1');
        Set($WebPort, \(port));
        Set($DatabaseType, 'SQLite');
        Set($DatabaseName, '\(folder)/rt.sqlite');
        Set($LogToSyslog, '');
        Set($LogToSTDERR, 'error');
        Set($MasonDataDir, '\(folder)/mason');
        Set($MasonSessionDir, '\(folder)/session');
        Set(%GnuPG, Enable => 0);
        Set(%SMIME, Enable => 0);
        Set($MailCommand, 'testfile');
        1;

        """, "RT_SiteConfig.pm")
    }
    try configure(80)
    try write(
      """
      use strict; use warnings; use lib '/usr/share/request-tracker5/lib';
      use RT; RT::LoadConfig(); RT::Init();
      sub made { my ($ok, $why) = @_; die "$why\\n" unless $ok; return $ok }
      my $queue = RT::Queue->new(RT->SystemUser); made($queue->Create(Name => 'Mail'));
      my $user = RT::User->new(RT->SystemUser);
      made($user->Create(Name => 'erin', EmailAddress => 'erin@fabrikam.example', Privileged => 0));
      my $agent = RT::User->new(RT->SystemUser);
      made($agent->Create(Name => 'mail', EmailAddress => 'mail@contoso.example', Privileged => 1));
      made($agent->PrincipalObj->GrantRight(Right => $_, Object => $queue))
        for qw(SeeQueue ShowTicket CreateTicket CommentOnTicket ShowTicketComments);
      my $ticket = RT::Ticket->new(RT->SystemUser);
      my ($id, undef, $why) = $ticket->Create(Queue => 'General', Subject => 'Foreign');
      made($id, $why);
      my $token = RT::AuthToken->new(RT->SystemUser);
      my ($ok, $text, $string) = $token->Create(Owner => $agent->Id, Description => 'test');
      made($ok, $text);
      print "$string $id\\n";
      """, "prepare.pl")
    let prepared = try Program.shell(
      """
      export RT_SITE_CONFIG='\(folder)/RT_SiteConfig.pm' RT_SITE_CONFIG_DIR='\(folder)/conf.d'
      chown -R nobody . 2> /dev/null
      \(LoopbackServer.asNobody) /usr/sbin/rt-setup-database-5 --action init --dba root \
        --skip-create >&2 && \(LoopbackServer.asNobody) perl prepare.pl
      """, environment: ["HOME": folder], folder: folder)
    let words = prepared.text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard prepared.status == 0, words.count == 2 else {
      throw LoopbackServer.ServerError(text: prepared.errors)
    }
    (token, foreignTicket) = (words[0], words[1])
    server = try LoopbackServer(in: folder, environment: environment) { port in
      try configure(port)
      return
        "/usr/share/request-tracker5/libexec/rt-server --server Standalone --host 127.0.0.1 --port \(port)"
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func query(_ sql: String) throws -> [String] {
    let result = try Program.run("/usr/bin/sqlite3", [database, sql], folder: folder)
    guard result.status == 0 else { throw LoopbackServer.ServerError(text: result.errors) }
    return result.text.split(separator: "\n").map(String.init)
  }

  /// The tickets whose subject is like something.
  func tickets(like pattern: String) throws -> [String] {
    try query("SELECT id FROM Tickets WHERE Subject LIKE '\(pattern)' ORDER BY id")
  }

  /// The comments whose subject is like something, with the message of each, by the order of their
  /// messages.
  func comments(like pattern: String) throws -> [(ticket: String, message: [UInt8])] {
    try query(
      """
      SELECT t.ObjectId, hex(f.Content), coalesce(f.ContentEncoding, '') FROM Attachments a
      JOIN Transactions t ON t.id = a.TransactionId
      JOIN Attachments f ON f.TransactionId = t.id AND f.Filename = 'message.eml'
      WHERE a.Subject LIKE '\(pattern)' AND t.ObjectType = 'RT::Ticket' AND t.Type = 'Comment'
      ORDER BY a.id
      """
    ).map { line in
      let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      var bytes: [UInt8] = []
      var digits = words[1][...]
      while let byte = UInt8(digits.prefix(2), radix: 16), digits.count >= 2 {
        bytes.append(byte)
        digits = digits.dropFirst(2)
      }
      if words[2] == "base64" {
        bytes = Array(
          Data(base64Encoded: Data(bytes), options: .ignoreUnknownCharacters) ?? Data())
      }
      return (words[0], bytes)
    }
  }

  /// Takes a ticket away for good, as a person does.
  func shred(ticket: String) throws {
    let result = try Program.shell(
      """
      export RT_SITE_CONFIG='\(folder)/RT_SiteConfig.pm' RT_SITE_CONFIG_DIR='\(folder)/conf.d'
      \(LoopbackServer.asNobody) /usr/sbin/rt-shredder-5 --force --sqldump '\(folder)/var/dump.sql' \
        --plugin "Tickets=query,id = \(ticket)"
      """, environment: ["HOME": folder], folder: folder)
    guard result.status == 0 else { throw LoopbackServer.ServerError(text: result.errors) }
  }
}
