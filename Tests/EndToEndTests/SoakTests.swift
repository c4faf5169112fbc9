import Foundation
import Testing

/// What takes too long for each change: `make soak`.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["SOAK"] != nil, "runs under make soak"),
  .serialized)
struct SoakTests {
  @Test(.timeLimit(.minutes(60))) func manyThousandsAtOnce() throws {
    let place = try Place()
    let result = try Crowd(filters: 6_400, atOnce: 64, files: 2_000).run(in: place)
    #expect(result.text.isEmpty, "\(result.text.prefix(1_000))")
    #expect(
      try place.query("SELECT count(*), count(DISTINCT message_id) FROM copy") == "8400|8400")
    #expect(place.waiting.isEmpty)
    #expect(try place.run("verify").status == 0)
    let slowest = try place.shell("sort -n times | tail -1").text
    print("6,400 filters, 64 at once: the slowest took \(slowest.dropLast()) ms")
  }

  /// All that can be made to fail without rights of its own, at random, for SOAK seconds.
  @Test(.timeLimit(.minutes(120))) func anythingFailsAtRandom() throws {
    let seconds = ProcessInfo.processInfo.environment["SOAK"].flatMap(Int.init) ?? 60
    let place = try Place()
    let script = Repository.root + "/Tests/EndToEndTests/Faults/random-faults.py"
    let result = try place.shell(
      "umask 022; cp \"$F\" program; python3 \(script) ./program $PLACE/random \(seconds)")
    print(result.text)
    #expect(result.status == 0, "\(result.text) \(result.errors)")
  }

  @Test(.timeLimit(.minutes(60))) func tenThousandInSequenceKeepTheLogShort() throws {
    let place = try Place()
    let result = try place.shell(
      #"""
      largest=0
      for n in $(seq 10000); do
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\n\nx\n' $n \
          | "$F" > /dev/null || echo failed $n
        size=$(stat -c %s \#(place.store)-wal 2>/dev/null || echo 0)
        [ $size -le $largest ] || largest=$size
      done
      echo $largest
      """#)
    let largest = try #require(Int(result.text.dropLast()), "\(result.text.prefix(500))")
    print("10,000 filters in sequence: the log had at most \(largest) bytes")
    #expect(largest < 1_000_000)
    #expect(try place.query("SELECT count(*) FROM copy") == "10000")
  }

  @Test(.timeLimit(.minutes(60))) func killedAtRandomNothingIsLostOrTwice() throws {
    let place = try Place()
    let result = try place.shell(
      #"""
      for n in $(seq 500); do
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\n\nx\n' $n > m
        for try in 1 2 3; do
          "$F" < m > out 2>> errors & filter=$!
          sleep 0.00$((RANDOM % 10))$((RANDOM % 10)); kill -KILL $filter 2>&-; wait $filter 2>&-
        done
        "$F" < m | cmp - m || echo damaged $n
      done 2>&-
      "$F" retry > /dev/null || echo left
      "$F" verify > /dev/null || echo unwell
      """#)
    #expect(result.text.isEmpty, "\(result.text.prefix(500))")
    #expect(try place.query("SELECT count(*), count(DISTINCT message_id) FROM copy") == "500|500")
  }
}
