import Testing

@testable import Tracking

@Suite struct OrganizationAccessTests {
  private func entry(_ keys: String, url: String = "https://contoso.crm4.dynamics.com") throws
    -> OrganizationEntry
  {
    let toml = """
      [[mailbox]]
      owner = "dana@contoso.example"
      [[organization]]
      name = "contoso"
      url = "\(url)"
      \(keys)
      """
    return try Profile(toml: Array(toml.utf8), path: "profile").organizations[0]
  }

  private func problem(_ keys: String, url: String = "https://contoso.crm4.dynamics.com")
    -> String?
  {
    do {
      _ = try entry(keys, url: url)
      return nil
    } catch {
      return (error as? ProfileError)?.problem
    }
  }

  @Test("the way of signing in is found by what is given")
  func method() throws {
    #expect(try entry("").access == OrganizationAccess())
    #expect(try entry("").access.method == nil)
    #expect(try entry("client_id = \"c\"").access.method == .clientSecret)
    #expect(
      try entry("client_id = \"c\"\ncertificate = \"/c.pem\"\nkey = \"/k.pem\"").access.method
        == .certificate)
    #expect(
      try entry("client_id = \"c\"\nsign_in = \"device-code\"").access.method == .deviceCode)
    #expect(
      try entry(#"user = 'CONTOSO\dana'"#, url: "https://crm.contoso.example/Contoso").access.method
        == .password)
    let whole = try entry(
      """
      client_id = "1-2"
      tenant = "contoso.example"
      authority = "https://adfs.contoso.example/adfs"
      ca_file = "/etc/ca.pem"
      password_command = ["pass", "show", "crm"]
      """
    ).access
    #expect(whole.clientID == "1-2")
    #expect(whole.tenant == "contoso.example")
    #expect(whole.authority == "https://adfs.contoso.example/adfs")
    #expect(whole.certificateAuthorities == "/etc/ca.pem")
    #expect(whole.passwordCommand == ["pass", "show", "crm"])
  }

  @Test(
    "what does not fit together says so",
    arguments: [
      ("sign_in = \"secret\"", "sign_in does not know 'secret'"),
      ("sign_in = \"certificate\"\nclient_id = \"c\"", "needs 'certificate'"),
      ("certificate = \"/c\"\nclient_id = \"c\"", "needs 'key'"),
      ("sign_in = \"device-code\"", "needs 'client_id'"),
      ("client_id = \"c\"\nuser = \"dana\"", "'user' is of no use for sign_in 'client-secret'"),
      ("sign_in = \"integrated\"\npassword_command = [\"a\"]", "'password_command' is of no use"),
      ("client_id = \"a/b\"", "'a/b' is no client_id"),
      ("tenant = \"../x\"\nclient_id = \"c\"", "no tenant"),
      ("ca_file = \"ca.pem\"", "no absolute path"),
      ("password_command = \"pass show\"", "a list of a program and its arguments"),
      ("password_command = []", "a list of a program and its arguments"),
      ("authority = \"http://a.example\"\nclient_id = \"c\"", "does not begin with https://"),
      ("client_secret = \"hush\"", "unknown key 'client_secret'"),
      ("password = \"hush\"", "unknown key 'password'"),
    ])
  func problems(keys: String, words: String) {
    let problem = problem(keys)
    #expect(problem?.contains(words) == true, "\(problem ?? "nothing")")
  }

  @Test("an organization on this machine has nothing to sign in to")
  func elsewhereOnly() {
    #expect(
      problem("client_id = \"c\"", url: "sqlite:a.sqlite")
        == "'client_id' has no meaning for sqlite: leave it out")
    #expect(
      problem("ca_file = \"/c\"", url: "exec:/bin/true")
        == "'ca_file' has no meaning for exec: leave it out")
  }

  @Test("secrets are written as they are read")
  func credentialTable() throws {
    var table = CredentialTable()
    let odd = "a\"b\\c#d'é\u{1F511} = [x]"
    table["con.to-so", "password"] = odd
    table["Füße", "client_secret"] = "s"
    table["gone", "password"] = "x"
    table["gone", "password"] = nil
    let again = try CredentialTable(toml: table.toml, path: "c")
    #expect(again["con.to-so", "password"] == odd)
    #expect(again["Füße", "client_secret"] == "s")
    #expect(!String(decoding: table.toml, as: UTF8.self).contains("gone"))
  }
}
