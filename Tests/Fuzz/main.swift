// Feeds the parser mutated messages, in processes of its own that may die.
//
//   parse-fuzz SEEDS inputs COUNT     numbers 0 to COUNT - 1; the same each time
//   parse-fuzz SEEDS seconds N        numbers nobody tried, for so long
//   parse-fuzz SEEDS range FROM TO    what the two above start
//
// A number whose input breaks something is printed, and its input written to a file in TMPDIR.

import Foundation

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data("parse-fuzz: \(text)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments
guard arguments.count >= 4 else { fail("SEEDS inputs COUNT, or SEEDS seconds N") }
let folder = URL(fileURLWithPath: arguments[1])
let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
let seeds = names.filter { $0.hasSuffix(".eml") }.sorted().compactMap {
  try? Data(contentsOf: folder.appendingPathComponent($0))
}
guard !seeds.isEmpty else { fail("no seeds in \(folder.path)") }
let mutator = Mutator(seeds: seeds.map { [UInt8]($0) })

/// Tries a range of numbers here.
func tryHere(_ range: Range<UInt64>) {
  // What takes so long hangs.
  alarm(120)
  for number in range {
    if let broken = Invariants.broken(by: mutator.input(number)) { fail("\(number): \(broken)") }
  }
}

/// Tries a range in another process; whether it lived.
func tryApart(_ range: Range<UInt64>) throws -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  process.arguments = [arguments[1], "range", "\(range.lowerBound)", "\(range.upperBound)"]
  try process.run()
  process.waitUntilExit()
  return process.terminationReason == .exit && process.terminationStatus == 0
}

/// The first number of a range that breaks something.
func findBroken(_ range: Range<UInt64>) throws -> UInt64 {
  var range = range
  while range.count > 1 {
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    range =
      try tryApart(range.lowerBound..<middle)
      ? middle..<range.upperBound : range.lowerBound..<middle
  }
  return range.lowerBound
}

func tryAll(_ range: Range<UInt64>) throws {
  guard try !tryApart(range) else { return }
  let number = try findBroken(range)
  let file = NSTemporaryDirectory() + "parse-fuzz-\(number).eml"
  try Data(mutator.input(number)).write(to: URL(fileURLWithPath: file))
  fail("input \(number) breaks the parser; it is in \(file)")
}

let step: UInt64 = 20_000
switch arguments[2] {
case "range":
  guard arguments.count == 5, let from = UInt64(arguments[3]), let to = UInt64(arguments[4]),
    from <= to
  else { fail("range FROM TO") }
  tryHere(from..<to)
case "inputs":
  guard let count = UInt64(arguments[3]) else { fail("inputs COUNT") }
  for start in stride(from: 0, to: count, by: UInt64.Stride(step)) {
    try tryAll(start..<min(count, start + step))
  }
  print("\(count) inputs")
case "seconds":
  guard let seconds = Double(arguments[3]) else { fail("seconds N") }
  let end = Date(timeIntervalSinceNow: seconds)
  // The numbers after the start time in nanoseconds are nobody's yet.
  var next = UInt64(Date().timeIntervalSince1970 * 1e9)
  var count: UInt64 = 0
  while Date() < end {
    try tryAll(next..<(next + step))
    next += step
    count += step
  }
  print("\(count) inputs")
default: fail("inputs, seconds or range")
}
