/// What is wrong with a profile, and where.
package struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  package let path: String
  /// The line, from 1; `nil` where the whole file is meant.
  package let line: Int?
  /// What is wrong, and what to do.
  package let problem: String

  /// Makes an error.
  package init(path: String, line: Int?, problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  /// `file:line: problem`.
  package var description: String {
    path + (line.map { ":\($0)" } ?? "") + ": " + problem
  }
}

/// Finds what somebody who mistyped a word may have meant.
package enum Suggestion {
  /// The nearest of some words, by the number of letters to change, add or take away; `nil` where
  /// none is near.
  package static func nearest(to word: String, among words: [String]) -> String? {
    let limit = max(1, word.count / 3)
    return words.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }
      .min { $0.1 < $1.1 }?.0
  }

  /// `; did you mean 'x'?`, or nothing.
  package static func hint(for word: String, among words: [String]) -> String {
    nearest(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// How many letters must be changed, added, taken away, or two neighbours exchanged.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.prefix(64).utf8)
    let right = Array(right.prefix(64).utf8)
    var before: [Int] = []
    var row = Array(0...right.count)
    for number in left.indices {
      var next = [number + 1]
      for column in right.indices {
        let replaced = row[column] + (left[number] == right[column] ? 0 : 1)
        var least = min(replaced, row[column + 1] + 1, next[column] + 1)
        if number > 0, column > 0, left[number] == right[column - 1],
          left[number - 1] == right[column]
        {
          least = min(least, before[column - 1] + 1)
        }
        next.append(least)
      }
      before = row
      row = next
    }
    return row[right.count]
  }
}
