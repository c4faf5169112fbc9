import Testing

@testable import Archive

@Suite struct ArchivePathTests {
  @Test(
    "a name holds nothing that a path or a page could take for more",
    arguments: ["", "../a", "A1", "a/b", "a.b", "-ab", "ä0", "a\u{0}b", "a b"])
  func odd(text: String) {
    #expect(ArchiveID(text) == nil)
  }

  @Test("the same text has the same name, whatever it is")
  func hashed() throws {
    let id = ArchiveID(hashing: "contact:../4711")
    #expect(id == ArchiveID(hashing: "contact:../4711"))
    #expect(id != ArchiveID(hashing: "contact:../4712"))
    #expect(ArchiveID(id.text) == id)
    #expect(ArchivePath.record(id).text == "r/\(id.text.prefix(2))/\(id.text).html")
    #expect(ArchivePath.attachment(id, part: 3).text.hasSuffix("/\(id.text)/3.bin"))
  }

  @Test(
    "names stand under their first letter, marks aside",
    arguments: [
      ("erin", "e"), ("Émile", "e"), ("Østergård", "o"),
      ("\"Zoe\"", "z"), ("3M", "0"), ("日本", "other"), ("", "other"),
      ("Ž", "z"),
    ])
  func letters(name: String, letter: String) {
    #expect(DirectoryLetter(of: name).text == letter)
  }

  @Test("what is new changes the last page of a list alone")
  func split() {
    #expect(PageSplit(0).pages == 1)
    #expect(PageSplit(0).range(1).isEmpty)
    #expect(PageSplit(200).pages == 1)
    #expect(PageSplit(201).pages == 2)
    #expect(PageSplit(201).range(1) == PageSplit(400).range(1))
    #expect(PageSplit(201).range(2) == 200..<201)
  }
}
