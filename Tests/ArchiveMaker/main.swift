// Writes an archive of made-up values, or measures how fast its pages are made.
//
//   archive-maker pleasant|hostile FOLDER [COUNT]    writes it
//   archive-maker rate COUNT                         makes so many pages of messages, and says how fast

import Archive
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("archive-maker pleasant|hostile FOLDER [COUNT]\n".utf8))
  exit(64)
}
if arguments[1] == "rate" {
  let archive = MadeArchive(texts: PleasantTexts(), count: 50)
  let pages = ArchivePages(ArchiveSite(organization: "Contoso Pumps"))
  let messages = (0..<50).map(archive.message)
  let count = Int(arguments[2]) ?? 10_000
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  let start = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  var bytes = 0
  for number in 0..<count { bytes += pages.message(messages[number % 50]).count }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 - start
  print("\(count) pages, \(bytes) bytes, \(seconds) s of processor time")
  exit(0)
}
let folder = URL(fileURLWithPath: arguments[2])
let count = arguments.count > 3 ? Int(arguments[3]) ?? 60 : 60
let texts: any MadeTexts = arguments[1] == "hostile" ? HostileTexts() : PleasantTexts()
try MadeArchive(texts: texts, count: count).write { path, bytes in
  let file = folder.appendingPathComponent(path.text)
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: file)
}
