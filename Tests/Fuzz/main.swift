// Feeds a reader of foreign bytes mutated inputs, in processes of its own that may die.
//
//   parse-fuzz SEEDS MODE inputs COUNT     numbers 0 to COUNT - 1; the same each time
//   parse-fuzz SEEDS MODE seconds N        numbers nobody tried, for so long
//   parse-fuzz SEEDS MODE range FROM TO    what the two above start
//
// MODE is the name of a reader, or all, one after the other. A number whose input breaks something is
// printed, and its input written to a file in TMPDIR.

import Foundation

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data("parse-fuzz: \(text)\n".utf8))
  exit(1)
}

/// Tries one mode.
struct Fuzzer {
  let mode: FuzzMode
  let folder: String
  private let mutator: Mutator
  private let step: UInt64 = 20_000

  init(_ mode: FuzzMode, _ folder: String) throws {
    self.mode = mode
    self.folder = folder
    mutator = try mode.mutator(URL(fileURLWithPath: folder))
    guard !mutator.seeds.isEmpty else { fail("no seeds in \(folder)") }
  }

  /// Tries a range of numbers here.
  func tryHere(_ range: Range<UInt64>) {
    // What takes so long hangs; of processor time, since a busy machine makes anything slow.
    var limit = itimerval()
    limit.it_value.tv_sec = 120
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    for number in range {
      if let broken = mode.broken(mutator.input(number)) {
        fail("\(mode.name) \(number): \(broken)")
      }
    }
  }

  /// Tries a range in another process; whether it lived.
  private func tryApart(_ range: Range<UInt64>) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      folder, mode.name, "range", "\(range.lowerBound)", "\(range.upperBound)",
    ]
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit && process.terminationStatus == 0
  }

  /// The first number of a range that breaks something.
  private func findBroken(_ range: Range<UInt64>) throws -> UInt64 {
    var range = range
    while range.count > 1 {
      let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
      range =
        try tryApart(range.lowerBound..<middle)
        ? middle..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  private func tryAll(_ range: Range<UInt64>) throws {
    guard try !tryApart(range) else { return }
    let number = try findBroken(range)
    let file = NSTemporaryDirectory() + "parse-fuzz-\(mode.name)-\(number)"
    try Data(mutator.input(number)).write(to: URL(fileURLWithPath: file))
    fail("input \(number) breaks the reader of \(mode.name); it is in \(file)")
  }

  /// Tries so many inputs, always the same.
  func tryInputs(_ count: UInt64) throws {
    for start in stride(from: 0, to: count, by: UInt64.Stride(step)) {
      try tryAll(start..<min(count, start + step))
    }
    print("\(mode.name): \(count) inputs")
  }

  /// Tries inputs for so long.
  func tryFor(seconds: Double) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    // The numbers after the start time in nanoseconds are nobody's yet.
    var next = UInt64(Date().timeIntervalSince1970 * 1e9)
    var count: UInt64 = 0
    while Date() < end {
      try tryAll(next..<(next + step))
      next += step
      count += step
    }
    print("\(mode.name): \(count) inputs")
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 5 else { fail("SEEDS MODE inputs COUNT, or SEEDS MODE seconds N") }
let modes = FuzzMode.all.filter { arguments[2] == "all" || arguments[2] == $0.name }
guard !modes.isEmpty else {
  fail("a mode is all, or one of \(FuzzMode.all.map(\.name).joined(separator: ", "))")
}
for mode in modes {
  let fuzzer = try Fuzzer(mode, arguments[1])
  switch arguments[3] {
  case "range":
    guard arguments.count == 6, let from = UInt64(arguments[4]), let to = UInt64(arguments[5]),
      from <= to
    else { fail("range FROM TO") }
    fuzzer.tryHere(from..<to)
  case "inputs":
    guard let count = UInt64(arguments[4]) else { fail("inputs COUNT") }
    try fuzzer.tryInputs(count)
  case "seconds":
    guard let seconds = Double(arguments[4]) else { fail("seconds N") }
    try fuzzer.tryFor(seconds: seconds)
  default: fail("inputs, seconds or range")
  }
}
