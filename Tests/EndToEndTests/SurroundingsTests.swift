import Foundation
import Glibc
import Testing

/// Whatever surrounds the filter, a message passes and is tracked or waits.
@Suite struct SurroundingsTests {
  /// A umask that takes everybody's rights away, the program's own, too.
  @Test func noUmaskTakesItsOwnRights() throws {
    let place = try Place()
    let result = try place.shell(
      "printf 'From: e@fabrikam.example\\nTo: dana@contoso.example\\n\\nx\\n' > m; umask 0777; exec \"$F\" < m"
    )
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    var status = stat()
    #expect(lstat(place.store, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  /// A stranger's address may begin with a character that joins the one before it.
  @Test func anyAddressIsTheValueOfItsOption() throws {
    let place = try Place()
    for option in ["--sender=\u{301}x@evil.example", "--recipient=\u{301}x@evil.example"] {
      let message = customerMail(id: "\(option.count)@fabrikam.example")
      let result = try place.filter(message, ["filter", option])
      #expect(result.status == 0 && result.output == message, "\(result.errors)")
      #expect(result.errors.isEmpty, "\(result.errors)")
    }
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  /// A system log that nobody reads any more takes no line, and holds no mail up.
  @Test(.enabled(if: hasMounts, "needs root and mount namespaces"))
  func aSystemLogThatStandsStillHoldsNothingUp() throws {
    let place = try Place()
    try place.breakProfile()
    try place.write(
      """
      import os, socket, subprocess, sys
      log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      log.bind("/dev/log")
      client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      client.setblocking(False)
      client.connect("/dev/log")
      first = subprocess.run(sys.argv[1:], input=b"From: a@b.example\\n\\n1\\n", capture_output=True, timeout=60)
      line = log.recv(4096)
      assert line.startswith(b"<20>") and b" crm-mailfilter[" in line, line
      try:
          while True:
              client.send(b"x")
      except BlockingIOError:
          pass
      second = subprocess.run(sys.argv[1:], input=b"From: a@b.example\\n\\n2\\n", capture_output=True, timeout=60)
      print(first.returncode, second.returncode, (first.stdout + second.stdout).count(b"a@b.example"))
      """, to: "log.py")
    let result = try place.shell(
      """
      unshare -m sh -ec '
        mkdir d; mount -t tmpfs none d
        for n in null zero full urandom tty; do cp -a /dev/$n d/; done
        mount --move d /dev
        exec python3 log.py "$F"'
      """)
    #expect(result.text == "0 0 2\n", "\(result.errors)")
    #expect(place.waiting.count == 2)
  }

  private static let hasMounts = geteuid() == 0 && system("unshare -m true 2>/dev/null") == 0
}
