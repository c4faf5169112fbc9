import Foundation
import Glibc
import Testing

/// A Postfix of a test's own: it listens on loopback, and configuration, queue, users and mailboxes are
/// in the test's folder.
///
/// A mount namespace puts its configuration at /etc/postfix, which sendmail(1) insists on, and gives it
/// the users crm and dana; nothing of the machine changes. It ends with this object, and by itself after
/// two minutes.
final class PostfixServer {
  let place: Place
  private(set) var port: UInt16 = 0
  private(set) var submissionPort: UInt16 = 0

  /// The program as Postfix finds it; the script of the recipe.
  var program: String { place.folder + "/bin/crm-mailfilter" }
  var script: String { place.folder + "/bin/postfix-filter" }

  private static let crm: uid_t = 4712
  private static let dana: uid_t = 4711

  /// Starts it with the recipes.
  ///
  /// - Parameters:
  ///   - options: For the filter.
  ///   - settings: More of main.cf.
  ///   - hasSite: Whether it has the recipes for a whole site.
  /// - Throws: Where it does not start.
  init(options: String = "", settings: String = "", hasSite: Bool = true) throws {
    place = try Place()
    try makeFolders()
    // Another may take a port before Postfix does.
    for attempt in 1...3 {
      port = try Self.freePort()
      submissionPort = try Self.freePort()
      try writeConfiguration(options: options, settings: settings, hasSite: hasSite)
      let start = try start()
      if start.status == 0 { break }
      try #require(attempt < 3, "\(start) \(log)")
    }
  }

  private func start() throws -> Program.Result {
    try place.shell(
      """
      # Postfix waits until its configuration is two seconds old.
      touch -d '1 minute ago' etc/main.cf etc/master.cf
      mount() { /bin/mount --bind "$@" || exit 98; }
      export -f mount
      exec timeout 30 unshare --mount /bin/bash -c '
        mount "$F" bin/mounted && mount bin/passwd /etc/passwd && mount bin/group /etc/group &&
          mount etc /etc/postfix && exec /usr/lib/postfix/sbin/master -c /etc/postfix -e 120 -w'
      """)
  }

  deinit { stop() }

  private func stop() {
    let file = place.folder + "/queue/pid/master.pid"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let process = pid_t(text.filter { !$0.isWhitespace }), process > 1
    else { return }
    kill(process, SIGTERM)
    for _ in 0..<200 where isRunning(process) { usleep(20_000) }
    if isRunning(process) { kill(-process, SIGKILL) }
  }

  /// Whether a process is there and has not ended: it may be nobody's to wait for.
  private func isRunning(_ process: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return false
    }
    return !status.contains(") Z ")
  }

  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    return UInt16(bigEndian: address.sin_port)
  }

  private func makeFolders() throws {
    let result = try place.shell(
      """
      set -e
      umask 022
      mkdir -p etc bin dana mail data/crm-mailfilter state queue pf
      cd queue
      mkdir -m 700 incoming active deferred bounce defer corrupt hold flush trace saved private
      mkdir -m 710 public
      mkdir -m 1730 maildrop
      chown postfix:postdrop *
      mkdir pid
      cd ..
      chown postfix pf
      { cat /etc/passwd
        echo "crm:x:\(Self.crm):\(Self.crm)::$PLACE/state:/usr/sbin/nologin"
        echo "dana:x:\(Self.dana):\(Self.dana)::$PLACE/dana:/usr/sbin/nologin"; } > bin/passwd
      { cat /etc/group; echo "crm:x:\(Self.crm):"; echo "dana:x:\(Self.dana):"; } > bin/group
      chown -R crm:crm data state 2>/dev/null || chown -R \(Self.crm):\(Self.crm) data state
      chown \(Self.dana):\(Self.dana) dana mail
      touch bin/mounted
      ln -s "$PLACE/bin/mounted" bin/crm-mailfilter
      """)
    try #require(result.status == 0, "\(result)")
  }

  /// A recipe with this server's paths in place of the administrator's.
  private func recipe(_ name: String) throws -> String {
    let replacements = [
      ("/usr/local/lib/crm-mailfilter", place.folder + "/bin"),
      ("/usr/local/bin/crm-mailfilter", program),
      ("  crm-mailfilter filter", "  \(program) filter"),
      ("/etc/crm-mailfilter/crm-mailfilter.toml", place.profile),
      ("sqlite:/var/lib/crm-mailfilter/contoso.sqlite", "sqlite:" + place.store),
      ("/var/lib/crm-mailfilter/spool", place.spool),
      ("smtp      inet", "127.0.0.1:\(port) inet"),
      ("submission inet", "127.0.0.1:\(submissionPort) inet"),
      // There are no certificates and passwords here.
      ("smtpd_tls_security_level=encrypt", "smtpd_tls_security_level=none"),
      ("smtpd_sasl_auth_enable=yes", "smtpd_sasl_auth_enable=no"),
      ("permit_sasl_authenticated", "permit_mynetworks"),
    ]
    return try replacements.reduce(
      String(contentsOfFile: HostUser.samples + name, encoding: .utf8)
    ) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  private func writeConfiguration(options: String, settings: String, hasSite: Bool) throws {
    try place.write(
      """
      compatibility_level = 3.6
      queue_directory = \(place.folder)/queue
      data_directory = \(place.folder)/pf
      command_directory = /usr/sbin
      daemon_directory = /usr/lib/postfix/sbin
      mail_owner = postfix
      setgid_group = postdrop
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      mynetworks = 127.0.0.1
      myhostname = mail.contoso.example
      mydestination = mail.contoso.example
      alias_maps =
      alias_database =
      maillog_file = \(place.folder)/log
      maillog_file_prefixes = \(place.folder)
      default_transport = discard:
      virtual_mailbox_domains = contoso.example
      virtual_mailbox_base = \(place.folder)/mail
      virtual_mailbox_maps = inline:{dana@contoso.example=dana/, sales@contoso.example=dana/,
        ben@contoso.example=ben/, eve@contoso.example=eve/}
      virtual_uid_maps = static:\(Self.dana)
      virtual_gid_maps = static:\(Self.dana)
      \(hasSite ? try recipe("postfix-main.cf") : "")
      \(settings)

      """, to: "etc/main.cf")
    try place.write(
      (hasSite
        ? try recipe("postfix-master.cf")
        : "127.0.0.1:\(port) inet n - n - - smtpd\n") + """

          pickup   unix n - y 60 1 pickup
          cleanup  unix n - y - 0 cleanup
          qmgr     unix n - n 300 1 qmgr
          rewrite  unix - - y - - trivial-rewrite
          bounce   unix - - y - 0 bounce
          defer    unix - - y - 0 bounce
          trace    unix - - y - 0 bounce
          flush    unix n - y 1000? 0 flush
          proxymap unix - - n - - proxymap
          showq    unix n - y - - showq
          error    unix - - y - - error
          retry    unix - - y - - error
          discard  unix - - y - - discard
          local    unix - n n - - local
          virtual  unix - n n - - virtual
          anvil    unix - - y - 1 anvil
          postlog  unix-dgram n - n - 1 postlogd

          """, to: "etc/master.cf")
    try place.write(
      recipe("postfix-filter")
        .replacingOccurrences(of: " filter --profile", with: " filter \(options) --profile"),
      to: "bin/postfix-filter")
    chmod(script, 0o755)
    if hasSite { try place.write(recipe("postfix-site.toml"), to: "crm-mailfilter.toml") }
  }

  /// Brings a message by SMTP.
  func send(
    _ message: [UInt8], from sender: String, to recipients: [String], isSubmission: Bool = false
  ) throws {
    var data: [UInt8] = []
    for line in message.split(separator: 10, omittingEmptySubsequences: false) {
      if line.first == UInt8(ascii: ".") { data.append(UInt8(ascii: ".")) }
      data += line + [13, 10]
    }
    if message.last == 10 { data.removeLast(2) }
    try place.write(data, to: "data-of-smtp")
    let client = """
      exec 3<>/dev/tcp/127.0.0.1/\(isSubmission ? submissionPort : port) || exit
      expect() {
        while read -r line <&3; do
          case $line in ???-*) ;; *) break ;; esac
        done
        case $line in "$1"*) ;; *) echo "not $1: $line"; exit 1 ;; esac
      }
      say() { printf '%s\\r\\n' "$1" >&3; expect "$2"; }
      expect 220
      say 'EHLO client.example' 250
      say 'MAIL FROM:<\(sender)>' 250
      \(recipients.map { "say 'RCPT TO:<\($0)>' 250" }.joined(separator: "\n"))
      say DATA 354
      cat data-of-smtp >&3
      say . 250
      say QUIT 221
      """
    try place.write(client, to: "smtp-client")
    let result = try place.shell("exec timeout 30 bash smtp-client")
    try #require(result.status == 0, "\(result) \(log)")
  }

  /// Tries again what is in the queue.
  func flush() throws {
    let result = try place.shell("PATH=$PATH:/usr/sbin; timeout 20 postqueue -c \"$PLACE/etc\" -f")
    try #require(result.status == 0, "\(result)")
  }

  /// How many messages are in the queue.
  var queued: Int {
    let folder = place.folder + "/queue/"
    return ["maildrop", "incoming", "active", "deferred", "hold", "corrupt"].reduce(0) {
      let names = FileManager.default.enumerator(atPath: folder + $1)
      return $0
        + (names?.filter { ($0 as? String)?.split(separator: "/").last?.count ?? 0 > 1 }.count ?? 0)
    }
  }

  /// What was delivered to a mailbox.
  func inbox(_ name: String) throws -> [[UInt8]] {
    let folder = place.folder + "/" + name + "/new/"
    return try ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .map { try place.bytes(of: folder + $0) }
  }

  var log: String { (try? String(contentsOfFile: place.folder + "/log", encoding: .utf8)) ?? "" }

  /// Waits until something holds, for at most 20 seconds.
  func wait(
    for what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () throws -> Bool
  ) throws {
    for _ in 0..<1000 {
      if try holds() { return }
      usleep(20_000)
    }
    Issue.record("\(what): waited in vain\n\(log)", sourceLocation: sourceLocation)
    throw CancellationError()
  }
}
