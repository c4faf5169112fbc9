import Foundation

// mail-generator FOLDER COUNT [SEED]: writes a Maildir of COUNT messages, and beside it FOLDER.jsonl,
// a line with the truth about each, in order of arrival.
let arguments = CommandLine.arguments
guard arguments.count >= 3, let count = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: mail-generator FOLDER COUNT [SEED]\n".utf8))
  exit(64)
}
let folder = arguments[1]
var generator = Generator(seed: arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1)
let encoder = JSONEncoder()
encoder.outputFormatting = .sortedKeys
var truth = Data()
do {
  for name in ["new", "cur", "tmp"] {
    try FileManager.default.createDirectory(
      atPath: folder + "/" + name, withIntermediateDirectories: true)
  }
  for number in 0..<count {
    var message = generator.next()
    let name = "\(message.arrivedAt).M\(number % 1_000_000)P1_\(number).host"
    message.truth.file = name
    let path = number % 5 == 0 ? "/new/\(name)" : "/cur/\(name):2,S"
    try Data(message.bytes).write(to: URL(fileURLWithPath: folder + path))
    truth += try encoder.encode(message.truth) + Data([10])
  }
  try truth.write(to: URL(fileURLWithPath: folder + ".jsonl"))
} catch {
  FileHandle.standardError.write(Data("mail-generator: \(error)\n".utf8))
  exit(74)
}
