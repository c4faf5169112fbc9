import Foundation
import Testing

/// No word of withdrawn mail stays in the index, even where iconv(3) no longer reads the message as it
/// did when the words were put in.
@Suite struct WithdrawnWordsTests {
  /// In an old charset of DOS, which only a module reads, and only here.
  private static let message =
    customerMail(extra: "Content-Type: text/plain; charset=ibm850", body: "z")
    + [0x84, 0x68, 0x72, 0x69, 0x6E, 0x67, 0x65, 0x6E, 0x0A]

  /// Runs a command where iconv(3) has the module, or lacks it.
  private func run(_ arguments: String, hasModule: Bool, in place: Place) throws -> Program.Result {
    try place.shell(
      (hasModule ? "" : "export GCONV_PATH=$PLACE/modules; ") + "\"$F\" " + arguments)
  }

  private func prepared() throws -> Place {
    let place = try Place()
    try FileManager.default.createDirectory(
      atPath: place.folder + "/modules", withIntermediateDirectories: true)
    // A module that is named and is not there is as one that is missing.
    try place.write(
      """
      module IBM850// INTERNAL /nowhere/module 1
      module INTERNAL IBM850// /nowhere/module 1

      """, to: "modules/gconv-modules")
    #expect(try place.filter(Self.message).status == 0)
    let other = customerMail(
      id: "o@adatum.example", from: "tom@adatum.example",
      to: "dana@contoso.example, x@fabrikam.example")
    #expect(try place.filter(other).status == 0)
    return place
  }

  /// The words of the index, those in copies that are gone, too.
  private func words(_ place: Place) throws -> [String] {
    try place.query(
      "CREATE VIRTUAL TABLE temp.w USING fts5vocab(main, search_index, 'row'); SELECT term FROM w"
    ).split(separator: "\n").map(String.init)
  }

  static let commands = [
    "untrack 1", "forget erin@fabrikam.example --yes", "prune --before 2100-01-01 --yes",
  ]

  @Test(arguments: commands, [true, false])
  func nothingStaysWhateverModulesThereAre(_ command: String, _ isFirst: Bool) throws {
    let place = try prepared()
    let word = isFirst ? "zahringen" : "hringen"
    let found = try run("search \(word) --count", hasModule: isFirst, in: place)
    #expect(found.text == "1\n", "\(found)")
    #expect(try words(place).contains(word))
    let done = try run(command, hasModule: !isFirst, in: place)
    #expect(done.status == 0, "\(done)")
    #expect(try !words(place).contains(word))
    #expect(
      try place.query("INSERT INTO search_index (search_index) VALUES ('integrity-check')") == "")
    // What stays is found.
    let rest = try run("search offer --count", hasModule: isFirst, in: place)
    #expect(rest.text == (command.hasPrefix("prune") ? "0\n" : "1\n"), "\(rest)")
  }
}
