import Foundation
import Testing

/// Many filters on one store at once.
@Suite(.serialized) struct LoadTests {
  @Test func allKindsOfCommandsAtOnceLoseNothing() throws {
    let place = try Place()
    let result = try Crowd(filters: 256, atOnce: 64, files: 100).run(in: place)
    // Where the machine is too busy for a turn within five seconds, a message waits.
    let wrong = result.text.split(separator: "\n").filter { !$0.contains("the store was busy") }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*), count(DISTINCT message_id) FROM copy") == "356|356")
    #expect(try place.query("SELECT max(times_seen) FROM delivery") == "1")
    #expect(place.waiting.isEmpty)
    #expect(try place.run("verify").status == 0)
  }

  @Test func manyAtOnceLoseNothingAndTrackNothingTwice() throws {
    let place = try Place()
    // Each number is delivered twice, by whoever comes first, while others read.
    let result = try place.shell(
      #"""
      cd \#(place.folder)
      one() {
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\nSubject: %s\n\nx\n' $1 $1 > m$1.$2
        "$F" < m$1.$2 2>> errors | cmp - m$1.$2 || echo damaged $1
        [ "${PIPESTATUS[0]}" = 0 ] || echo failed $1
        [ $(($1 % 50)) != 0 ] || "$F" list > /dev/null || echo unreadable
      }
      export -f one
      { seq 1 640; seq 1 640; } | awk '{ print $1, NR }' | xargs -P 64 -L 1 bash -c 'one $0 $1'
      cat errors
      """#)
    #expect(result.text == "", "\(result.text.prefix(500))")
    // Before another program closes the store and takes the log away.
    let log = try FileManager.default.attributesOfItem(atPath: place.store + "-wal")
    #expect((log[.size] as? Int ?? 0) < 2_000_000)
    #expect(
      try place.query(
        "SELECT (SELECT count(*) FROM copy), (SELECT sum(times_seen) FROM delivery)")
        == "640|1280")
    #expect(place.waiting.isEmpty)
    #expect(try place.query("PRAGMA integrity_check") == "ok")
  }
}
