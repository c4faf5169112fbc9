import Foundation
import Testing

/// The system calls of one run, as strace(1) sees them, and runs in which one of them fails.
struct SystemCallTrace {
  /// A call: its name, and which of that name it is.
  struct Call: Hashable, CustomStringConvertible {
    var name: String
    var number: Int
    var line: String
    var description: String { "\(name) \(number): \(line.prefix(90))" }
  }

  static let strace = "/usr/bin/strace"

  /// The calls from the first line of the program's own on: what the loader does is left out.
  let calls: [Call]

  /// Traces a run of the filter, or of another command, which writes no message.
  init(
    _ place: Place, message: [UInt8], arguments: [String] = [], expectsMessage: Bool = true
  ) throws {
    let file = place.folder + "/trace"
    let result = try Program.run(
      Self.strace, ["-f", "-qq", "-o", file, Program.path] + arguments, input: message,
      environment: place.environment, folder: place.folder)
    #expect(result.status == 0 && (!expectsMessage || result.output == message))
    var counts: [String: Int] = [:]
    var isOurs = false
    var calls: [Call] = []
    for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
      let text = line.drop { $0.isNumber || $0 == " " }
      guard let end = text.firstIndex(of: "("), text.first?.isLetter == true else { continue }
      let name = String(text[..<end])
      counts[name, default: 0] += 1
      // The program looks first whether its standard descriptors are open.
      if text.hasPrefix("fcntl(0, F_GETFD") { isOurs = true }
      if isOurs { calls.append(Call(name: name, number: counts[name] ?? 0, line: String(text))) }
    }
    self.calls = calls
  }

  /// Runs the filter, and does something to one of its calls, or to all of the name from it on.
  static func run(
    _ place: Place, message: [UInt8], arguments: [String] = [], call: Call, injection: String,
    andAllAfter isLasting: Bool = false
  ) throws -> Program.Result {
    try Program.run(
      strace,
      [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call.name)", "-e",
        "inject=\(call.name):\(injection):when=\(call.number)\(isLasting ? "+" : "")", Program.path,
      ] + arguments, input: message, environment: place.environment, folder: place.folder)
  }
}
