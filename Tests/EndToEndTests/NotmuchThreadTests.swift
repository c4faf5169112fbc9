import Foundation
import Testing

/// Conversations are the threads that notmuch makes of the same mail.
///
/// The mail is that of the generator beside the project, sent through a list, and its corpus.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/notmuch")
      && FileManager.default.fileExists(atPath: IndependentMail.generator),
    "notmuch is not installed, or the generator does not lie beside the project"))
struct NotmuchThreadTests {
  private static let rules = """
    [[rule]]
    name = "all"
    larger = "1"
    action = "track"
    """

  /// The names of the files of a thread, as `notmuch show` nests them.
  private static func files(_ node: Any) -> [String] {
    if let list = node as? [Any] { return list.flatMap(files) }
    guard let message = node as? [String: Any], let paths = message["filename"] as? [String] else {
      return []
    }
    return paths.map { path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return name.components(separatedBy: ":2,")[0]
    }
  }

  /// What differs between conversations and threads.
  private struct Difference {
    /// How many messages both have.
    var count = 0
    /// How many threads have several messages.
    var threads = 0
    /// Threads of which several conversations have a part.
    var broken: [[String]] = []
    /// Conversations of which several threads have a part.
    var joined: [[String]] = []
  }

  /// Compares.
  ///
  /// Two things are meant to differ: to notmuch all that bears one Message-ID is one message, whatever
  /// it says; and of Outlook's Thread-Index it knows nothing.
  private func difference(_ place: Place, threads: [[String]]) throws -> Difference {
    var conversations: [String: Int] = [:]
    var whole: [Int: Int] = [:]
    var ofID: [Substring: Int] = [:]
    var byIndex: Set<Int> = []
    func root(_ conversation: Int) -> Int {
      var root = conversation
      while let next = whole[root], next != root { root = next }
      return root
    }
    let rows = try place.query(
      """
      SELECT file_name, conversation, ifnull(correlation, ''), ifnull(message_id, '')
        FROM copy JOIN delivery ON delivery.copy = copy.id ORDER BY copy.id
      """)
    for row in rows.split(separator: "\n") {
      let parts = row.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4, let conversation = Int(parts[1]) else { continue }
      conversations[String(parts[0])] = conversation
      if parts[2] == "thread-index" { byIndex.insert(conversation) }
      guard !parts[3].isEmpty else { continue }
      if let other = ofID[parts[3]] { whole[root(conversation)] = root(other) }
      ofID[parts[3]] = conversation
    }
    let indexed = Set(byIndex.map(root))
    var difference = Difference()
    var parts: [Int: [[String]]] = [:]
    for files in threads {
      let ours = files.filter { conversations[$0] != nil }
      let roots = Set(ours.compactMap { conversations[$0].map(root) })
      difference.count += ours.count
      if ours.count > 1 { difference.threads += 1 }
      if roots.count > 1 { difference.broken.append(ours) }
      for root in roots { parts[root, default: []].append(ours) }
    }
    for (root, threads) in parts where threads.count > 1 && !indexed.contains(root) {
      difference.joined.append(threads.flatMap { $0 })
    }
    return difference
  }

  @Test(arguments: [("off", 0), ("company", 5)])
  func conversationsAreItsThreads(_ known: String, _ most: Int) throws {
    let place = try Place(rules: Self.rules, head: "exclude = []")
    _ = try IndependentMail(500, in: place)
    let corpus = FileManager.default.currentDirectoryPath + "/../shared/corpus"
    let result = try place.shell(
      """
      find other/cur other/new -type f -exec sed -i '1i Cc: team@lists.tailspin.example' {} +
      n=0; find '\(corpus)' -name '*.eml' | sort | while read -r file; do
        n=$((n + 1)); cp "$file" "other/cur/16000$(printf %05d $n).c$n.host:2,S"
      done
      "$F" org add contoso sqlite:contoso.sqlite > /dev/null 2>&1
      "$F" org set contoso correlation-known-participant \(known) || exit 1
      "$F" batch other > summary || exit 2
      export NOTMUCH_CONFIG=$PLACE/notmuch
      printf '[database]\\npath=%s/other\\n[maildir]\\nsynchronize_flags=false\\n' "$PLACE" > notmuch
      notmuch new > /dev/null 2>&1
      notmuch show --format=json --body=false --entire-thread=true '*' > threads.json
      """)
    try #require(result.status == 0, "\(result)")
    let json = try JSONSerialization.jsonObject(
      with: Data(place.bytes(of: place.folder + "/threads.json")))
    let threads = try #require(json as? [Any]).map(Self.files)
    let difference = try difference(place, threads: threads)
    #expect(difference.count > 750 && difference.threads > 50, "\(difference)")
    #expect(difference.broken.count <= most, "\(difference.broken)")
    #expect(difference.joined.isEmpty, "\(difference.joined)")
  }
}
