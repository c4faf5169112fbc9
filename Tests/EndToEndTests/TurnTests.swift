import Foundation
import Glibc
import Testing

/// Commands that take long do it in turns: they wait for others as long as it takes, and others wait
/// for no more than a turn.
@Suite struct TurnTests {
  /// A command that changes much.
  struct Long: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// With the number of a message as `$1`, the file `records.csv` and a person.
    var command: String
    /// What the store is asked afterwards, and what it says.
    var query: String
    var expected: String
  }

  static let commands = [
    Long(
      testDescription: "prune", command: "prune --before 2027-01-01 --yes",
      query: "SELECT count(*) FROM copy WHERE message_id LIKE 'old%'", expected: "0"),
    Long(
      testDescription: "record import", command: "record import records.csv",
      query: "SELECT count(*) FROM record", expected: "30000"),
    Long(
      testDescription: "untrack --conversation", command: "untrack 1 --conversation",
      query: "SELECT count(*) FROM copy WHERE message_id LIKE 'old%'", expected: "0"),
    Long(
      testDescription: "untrack --query", command: "untrack --query from:erin --yes",
      query: "SELECT count(*) FROM copy WHERE message_id LIKE 'old%'", expected: "0"),
    Long(
      testDescription: "regarding --query",
      command: "regarding --query from:erin lead:7 --yes",
      query: "SELECT count(*) FROM copy WHERE message_id LIKE 'old%' AND regarding_id <> '7'",
      expected: "0"),
    Long(
      testDescription: "forget", command: "forget erin@fabrikam.example --yes",
      query: "SELECT count(*) FROM copy WHERE message_id LIKE 'old%'", expected: "0"),
  ]

  /// A store with a long conversation.
  private func prepared(_ count: Int) throws -> Place {
    let place = try Place()
    let made = try place.shell(
      """
      mkdir -p box/cur box/new box/tmp
      for i in $(seq \(count)); do
        [ $i = 1 ] && reply= || reply='In-Reply-To: <old1@x>'$'\\n'
        printf 'Message-ID: <old%s@x>\\nDate: Mon, 2 Nov 2020 10:00:00 +0000\\nFrom: erin@fabrikam.example\\nTo: dana@contoso.example\\nSubject: s\\n%s\\nword%s\\n' \
          $i "$reply" $i > box/new/$i.x.y
      done
      { echo type,id,address; for i in $(seq 30000); do echo contact,$i,p$i@x.example; done; } > records.csv
      "$F" org add contoso sqlite:contoso.sqlite
      "$F" batch box > /dev/null
      """)
    #expect(made.status == 0, "\(made)")
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count)")
    return place
  }

  @Test(arguments: commands) func itWaitsAsLongAsItTakes(_ long: Long) throws {
    let place = try prepared(5)
    // Longer than a filter would wait.
    let run = try place.shell(
      """
      exec 9>> \(place.store).lock; flock 9; sleep 7 & exec 9>&-
      "$F" \(long.command); echo $?; wait
      """)
    #expect(run.text.hasSuffix("\n0\n") || run.text == "0\n", "\(run)")
    #expect(try place.query(long.query) == long.expected)
  }

  @Test(arguments: commands) func itAndTwoBusyFiltersGoOn(_ long: Long) throws {
    let place = try prepared(600)
    let run = try place.shell(
      """
      busy() {
        n=0
        until [ -e done ]; do
          n=$((n + 1))
          printf 'Message-ID: <%s.%s@x>\\nFrom: busy@fabrikam.example\\nTo: dana@contoso.example\\n\\nx\\n' $1 $n > m$1
          "$F" < m$1 > /dev/null 2>> errors || echo failed
        done
        echo $n > count$1
      }
      busy 1 & busy 2 &
      until [ -s m1 -a -s m2 ]; do sleep 0.02; done
      "$F" \(long.command) > out 2>&1; echo $?; touch done; wait; cat errors
      """)
    let output = try place.bytes(of: place.folder + "/out")
    #expect(run.text == "0\n", "\(run) \(String(decoding: output, as: UTF8.self))")
    #expect(place.waiting.isEmpty)
    #expect(try place.query(long.query) == long.expected)
  }

  /// Each copy of a conversation is looked at once, not once for each other.
  @Test func aLongConversationIsWithdrawnInLinearTime() throws {
    func seconds(_ count: Int) throws -> Double {
      let place = try prepared(count)
      let run = try place.shell(
        "TIMEFORMAT='%U'; time \"$F\" untrack 1 --conversation > /dev/null")
      #expect(run.status == 0 && place.waiting.isEmpty, "\(run)")
      return Double(run.errors.split(whereSeparator: \.isWhitespace).last ?? "") ?? .infinity
    }
    // Something else may have been in the way: only what is so again is so.
    var times: [(once: Double, twice: Double)] = []
    for _ in 0..<3 {
      let start = try seconds(5)
      times.append((try seconds(1_500) - start, try seconds(3_000) - start))
      if let last = times.last, last.twice <= 2.6 * max(last.once, 0.1) { return }
    }
    Issue.record("\(times)")
  }
}
