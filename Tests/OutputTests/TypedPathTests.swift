import Testing

@testable import crm_mailfilter

/// Paths as they are typed where no shell reads them.
@Suite("A path that is typed")
struct TypedPathTests {
  /// What `sh -c 'printf %s WORD'` says, with HOME=/home/dana and a login lee of /home/lee.
  private static let paths: [(typed: String, path: String, source: String)] = [
    ("records.csv", "records.csv", "POSIX.1-2024 XCU 2.2"),
    ("~", "/home/dana", "XCU 2.6.1"),
    ("~/records.csv", "/home/dana/records.csv", "XCU 2.6.1"),
    ("~lee/records.csv", "/home/lee/records.csv", "XCU 2.6.1"),
    ("~nobody-here/x", "~nobody-here/x", "XCU 2.6.1"),
    ("'~/x'", "~/x", "XCU 2.2.2"),
    ("~/'two words.csv'", "/home/dana/two words.csv", "XCU 2.2.2"),
    ("~/\"two words.csv\"", "/home/dana/two words.csv", "XCU 2.2.3"),
    ("two\\ words.csv", "two words.csv", "XCU 2.2.1"),
    ("\\~/x", "~/x", "XCU 2.2.1"),
    ("\"a\\b\"", "a\\b", "XCU 2.2.3"),
    ("a\\\\b", "a\\b", "XCU 2.2.1"),
    ("../x/~y", "../x/~y", "XCU 2.6.1"),
    ("Dana's records.csv", "Dana's records.csv", "a quote that nothing closes"),
    ("two words.csv", "two words.csv", "what is typed is one path"),
  ]

  @Test("is what a shell makes of it", arguments: paths)
  func path(_ row: (typed: String, path: String, source: String)) {
    let homes = ["": "/home/dana", "lee": "/home/lee"]
    #expect(TypedPath.path(row.typed) { homes[$0] } == row.path, "\(row.source)")
  }

  @Test(
    "names a store, too",
    arguments: [
      ("sqlite:contoso.sqlite", "sqlite:contoso.sqlite"), ("/srv/c.sqlite", "sqlite:/srv/c.sqlite"),
      ("./c.sqlite", "sqlite:/here/c.sqlite"), ("sqlite:../c.sqlite", "sqlite:/here/../c.sqlite"),
      ("https://crm.example", "https://crm.example"),
    ])
  func url(_ typed: String, _ url: String) {
    #expect(TypedPath.url(typed, in: "/here") == url)
  }
}
