import Foundation
import Testing

/// A Maildir of the generator that lies beside the project, where it does.
struct IndependentMail {
  struct Truth: Decodable {
    var file: String
    var subject: String?
    var raw: Bool?
  }

  static let generator = "../shared/tools/make-maildir.py"

  let folder: String
  let truth: [Truth]

  init(_ count: Int, in place: Place) throws {
    folder = place.folder + "/other"
    let here = FileManager.default.currentDirectoryPath + "/../shared/"
    let result = try Program.run(
      "/usr/bin/python3",
      [here + "tools/make-maildir.py", folder, "-n", "\(count)", "--corpus", here + "corpus"],
      folder: place.folder)
    try #require(result.status == 0, "\(result.errors)")
    truth = try place.bytes(of: folder + ".truth.jsonl").split(separator: 10)
      .map { try JSONDecoder().decode(Truth.self, from: Data($0)) }
  }
}
