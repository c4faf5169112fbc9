import Glibc
import MailPipeline
import System

/// A person at a terminal who is asked things, and may go back to what was asked before.
final class Console {
  /// Somebody wants to answer the question before once more.
  private struct Back: Error {}

  /// What takes back an answer.
  static let back = "<"

  /// All that was answered.
  private var answers: [String] = []
  /// How many of them were given to who asks again.
  private var given = 0

  /// Runs an interview, and again from its start where somebody goes back: the answers that were given
  /// before are given to it without asking.
  ///
  /// - Parameter interview: Asks, and asks the same after the same answers.
  /// - Returns: What it returns.
  /// - Throws: What it throws.
  func interview<Result>(_ interview: () throws -> Result) throws -> Result {
    while true {
      given = 0
      do {
        return try interview()
      } catch is Back {
        answers.removeLast()
      }
    }
  }

  /// Whether what is asked next was answered before.
  var isRepeating: Bool { given < answers.count }

  /// Prints lines that somebody is to paste: broken to fit the terminal they would mean something else.
  func sayToPaste(_ text: String) {
    guard given == answers.count else { return }
    print(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { SafeText.neutralised("\($0)") }.joined(separator: "\n"))
    StandardOutput.shared.flush()
  }

  /// Prints lines.
  func say(_ text: String = "") {
    // It stands there already.
    guard given == answers.count else { return }
    print(
      text.split(separator: "\n", omittingEmptySubsequences: false).map {
        Terminal.standardOutput().fitted(SafeText.neutralised("\($0)"))
      }
      .joined(separator: "\n"))
    StandardOutput.shared.flush()
  }

  /// Asks for a text until it is one that can be taken.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - fallback: What an empty line means; `nil` where something must be typed.
  ///   - read: Makes something of the text, or throws why it cannot.
  /// - Returns: What `read` made.
  /// - Throws: `CommandError` where nobody answers any more.
  func ask<Answer>(
    _ question: String, default fallback: String?, read: (String) throws -> Answer
  ) throws -> Answer {
    if given < answers.count {
      do {
        let answer = try read(answers[given])
        given += 1
        return answer
      } catch  where CommandError(error) != nil {
        // What could be taken then cannot be now: it is asked for again.
        answers.removeSubrange(given...)
      }
    }
    while true {
      // What begins with a line end stands apart.
      if question.hasPrefix("\n") { print() }
      let prompt = question.drop { $0 == "\n" } + (fallback.map { " [\($0)]" } ?? "") + ": "
      print(SafeText.neutralised(String(prompt)), terminator: "")
      StandardOutput.shared.flush()
      guard let line = readLine() else {
        print()
        throw CommandError.nothingChanged
      }
      let typed = Self.trimmed(line)
      if typed == Self.back {
        guard answers.isEmpty else { throw Back() }
        say("  this is the first question")
        continue
      }
      let text = typed.isEmpty ? fallback ?? "" : typed
      do {
        let answer = try read(text)
        answers.append(text)
        given += 1
        return answer
      } catch {
        guard let problem = CommandError(error) else { throw error }
        say("  " + problem.line)
      }
    }
  }

  private static func trimmed(_ line: String) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    var text = line.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }

  /// Asks for a yes or a no.
  ///
  /// - Throws: As `ask`.
  func confirm(_ question: String, default fallback: Bool) throws -> Bool {
    try ask(question + " " + (fallback ? "[Y/n]" : "[y/N]"), default: nil) { text in
      switch text.lowercased() {
      case "": fallback
      case "y", "yes": true
      case "n", "no": false
      default: throw CommandError(.usage, "yes or no?")
      }
    }
  }

  /// Asks for one of some choices, by number or name.
  ///
  /// - Returns: The position of the choice.
  /// - Throws: As `ask`.
  func choose(_ question: String, among names: [String], default fallback: Int) throws -> Int {
    try ask(question, default: "\(fallback + 1)") { text in
      if let number = Int(text), names.indices.contains(number - 1) { return number - 1 }
      guard let position = names.firstIndex(of: text.lowercased()) else {
        throw CommandError(.usage, "a number from 1 to \(names.count), please")
      }
      return position
    }
  }
}
