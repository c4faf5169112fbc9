import Glibc
import MailPipeline
import System

/// A person at a terminal who is asked things.
struct Console {
  /// Prints lines.
  func say(_ text: String = "") {
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
    while true {
      print(
        SafeText.neutralised(question + (fallback.map { " [\($0)]" } ?? "") + ": "), terminator: "")
      StandardOutput.shared.flush()
      guard let line = readLine() else {
        throw CommandError(.usage, "stopped; nothing was changed")
      }
      let text = line.split(separator: " ").joined(separator: " ")
      do {
        return try read(text.isEmpty ? fallback ?? "" : text)
      } catch {
        guard let problem = CommandError(error) else { throw error }
        say("  " + problem.line)
      }
    }
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
