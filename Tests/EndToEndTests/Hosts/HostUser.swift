import Foundation
import Glibc
import Testing

/// The user whose mail a host delivers in a test, in a place that is the user's home.
///
/// Where the tests run as root, who can make mount namespaces, this is `dana`, whom only a namespace with an
/// /etc/passwd of its own knows: nothing of the machine changes. Elsewhere it is whoever runs the tests.
struct HostUser {
  let place: Place

  /// Whether the tests run as root, who can make mount namespaces: not in every container.
  static let canIsolate =
    geteuid() == 0
    && (try? Program.run("/usr/bin/unshare", ["--mount", "/bin/true"], folder: "/tmp").status) == 0

  /// The program as the host finds it; removing this link takes it away.
  var program: String { place.folder + "/bin/crm-mailfilter" }

  /// Prepares a user of a profile.
  init(_ place: Place) throws {
    self.place = place
    let line = """
      set -e
      mkdir -p bin Maildir/new Maildir/cur Maildir/tmp
      if [ \(Self.canIsolate) = false ]; then ln -s "$F" bin/crm-mailfilter; exit; fi
      # The program is mounted here: the user may not be allowed to go where it was built.
      touch bin/mounted
      ln -s "$PLACE/bin/mounted" bin/crm-mailfilter
      { cat /etc/passwd; echo "dana:x:4711:4711::$PLACE:/bin/sh"; } > bin/passwd
      { cat /etc/group; echo "dana:x:4711:"; } > bin/group
      chown -R 4711:4711 .
      """
    try #require(try place.shell(line).status == 0)
  }

  /// Prepares the usual user.
  init() throws {
    try self.init(Place(isHome: true))
  }

  /// A recipe of `samples/hosts`, with our program's path in place of its name.
  func recipe(_ name: String, options: String = "") throws -> String {
    try String(contentsOfFile: Self.samples + name, encoding: .utf8)
      .replacingOccurrences(
        of: "crm-mailfilter filter",
        with: "\(program) filter" + (options.isEmpty ? "" : " ") + options)
  }

  static let samples = Repository.root + "/samples/hosts/"

  /// Writes a file that belongs to the user alone.
  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try place.write(bytes, to: name)
    chmod(place.folder + "/" + name, 0o600)
    if Self.canIsolate { chown(place.folder + "/" + name, 4711, 4711) }
  }

  /// Runs a command line as the user, or as root among the same users, in the home, with no environment but
  /// HOME, USER, LOGNAME and PATH.
  ///
  /// It is killed after a minute.
  func run(_ line: String, input: [UInt8] = [], asRoot: Bool = false) throws -> Program.Result {
    let environment = [
      "HOME": place.folder, "USER": "dana", "LOGNAME": "dana",
      "PATH": "/usr/local/bin:/usr/bin:/bin",
    ]
    let shell = [
      "timeout", "-k", "1", "60", "/bin/sh", "-c", "cd \(place.folder) || exit 99\n" + line,
    ]
    guard Self.canIsolate else {
      return try Program.run(
        "/usr/bin/env", shell, input: input, environment: environment, folder: place.folder)
    }
    let enter = """
      mount --bind '\(Program.path)' bin/mounted && mount --bind bin/passwd /etc/passwd &&
        mount --bind bin/group /etc/group || exit 98
      exec "$@"
      """
    let user =
      asRoot ? [] : ["setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", "--no-new-privs"]
    return try Program.run(
      "/usr/bin/unshare",
      ["--mount", "/bin/sh", "-c", "cd \(place.folder) && " + enter, "sh"] + user + shell,
      input: input, environment: environment, folder: place.folder)
  }

  /// What was delivered.
  var inbox: [[UInt8]] {
    get throws {
      let folder = place.folder + "/Maildir/new/"
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .map { try place.bytes(of: folder + $0) }
    }
  }

  /// Repairs the profile and brings in what waits.
  func repairAndRetry() throws -> Program.Result {
    try place.repairProfile()
    return try run("\(program) retry")
  }

  func removeProgram() { unlink(program) }
}
