import Glibc
import Testing

/// Commands that change the profile change what they say and nothing else.
@Suite struct ProfileEditTests {
  /// Only root can give files away and become somebody else.
  @Test(.enabled(if: geteuid() == 0)) func ownerGroupAndModeStay() throws {
    let place = try Place(synchronizing: "contoso")
    let result = try place.shell(
      """
      P=\(place.profile)
      look() { stat -c '%u %g %a' $P; grep -c synchronizing $P; }
      # Where the program lies may be closed to others.
      cp "$F" program
      chgrp 65534 $P; chmod 640 $P; umask 077
      "$F" org synchronize --none --yes >/dev/null; echo "status $?"; look
      # A link stays one, and what it leads to keeps what it has.
      mv $P real.toml; ln -s real.toml $P
      "$F" org synchronize contoso --yes >/dev/null; echo "status $?"
      stat -c %F $P; stat -Lc '%u %g %a' $P; grep -c synchronizing real.toml
      rm $P; mv real.toml $P

      # Who may replace the file but not give the new one away, replaces nothing.
      user="setpriv --reuid=4711 --regid=4711 --clear-groups env HOME=$PLACE CRM_MAILFILTER_PROFILE=$P"
      chown 4711 .; chmod 644 $P; cp -p $P before
      $user ./program org disconnect contoso; echo "status $?"; cmp $P before; look
      chown 4711 $P; cp -p $P before
      $user ./program org disconnect contoso; echo "status $?"; cmp $P before; look
      # In the group, it may.
      chmod 640 $P
      setpriv --reuid=4711 --regid=4711 --groups=65534 env HOME=$PLACE CRM_MAILFILTER_PROFILE=$P \
        ./program org disconnect contoso >/dev/null; echo "status $?"; look
      grep -c 'connected = false' $P; ls -A | grep -c tmp-
      """)
    let lines = result.text.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "status 0", "0 65534 640", "0",
        "status 0", "symbolic link", "0 65534 640", "1",
        "status 77", "0 65534 644", "1",
        "status 77", "4711 65534 644", "1",
        "status 0", "4711 65534 640", "1", "1", "0",
      ], "\(result)")
    let errors = result.errors.split(separator: "\n")
    #expect(errors.count == 2, "\(result.errors)")
    #expect(errors.first?.contains("belongs to user 0 and group 65534, mode 644") == true)
    #expect(errors.last?.contains("belongs to user 4711 and group 65534, mode 644") == true)
  }

  @Test func oddSpellingsAreEditedAndReadAgain() throws {
    let place = try Place()
    try place.write(
      """
      "synchroni\\u007aing" = 'contoso' # mail goes here
      'mailbox' = [{ owner = "dana@contoso.example" }]
      organization = [
        {name = "contoso", url = "sqlite:contoso.sqlite"}, # the first
        {url = "sqlite:b.sqlite", "\\u006eame" = 'b'},
      ]
      """, to: "crm-mailfilter.toml")
    for arguments in [
      ["org", "synchronize", "b", "--yes"], ["org", "disconnect", "contoso"],
      ["org", "add", "c", "sqlite:c.sqlite"], ["org", "remove", "contoso"],
      ["org", "synchronize", "--none", "--yes"], ["org", "synchronize", "c", "--yes"],
    ] {
      let run = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(run.status == 0, "\(arguments): \(run)")
    }
    #expect(
      String(decoding: try place.bytes(of: place.profile), as: UTF8.self) == """
        synchronizing = "c"
        'mailbox' = [{ owner = "dana@contoso.example" }]
        organization = [
          # the first
          {url = "sqlite:b.sqlite", "\\u006eame" = 'b'}, { name = "c", url = "sqlite:c.sqlite" },
        ]
        """)
  }
}
