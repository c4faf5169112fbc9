import Tracking

extension FuzzMode {
  /// Profiles and what changes them in place: of what is read as a profile, a change is exactly what was
  /// meant, or refused and nothing changed.
  static let profile = FuzzMode(
    name: "profile",
    seeds: { _ in
      [
        """
        # mine
        synchronizing = "c" # the one
        exclude = ["bulk"]

        [[mailbox]]
        owner = 'dana@contoso.example'
        addresses = [ "dana@contoso.example", # first
          "sales@contoso.example", ]

        [[organization]]
        name = "c"
        url = "sqlite:c.sqlite"
        connected = true

        [[rule]]
        name = "r"
        action = "track"
        not = { subject = '/a{2}/i', to = "@x.example" }

        """,
        """
        "synchroni\\u007aing" = ""\"c""\"
        organization = [ {name = "c", url = 'sqlite:c'}, {name = "d", url = 'sqlite:d', connected = false} ]
        mailbox = [{ owner = "a@b.example" }]
        max_size = "5M"
        """,
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", "\r\n", "\r", "\"", "'", "\"\"\"", "'''", "[", "]", "[[", "]]", "{", "}", "=", ",", ".",
      "#", "\\", "\\u007a", "\\U0000007A", "\0", "\t", " ", "é", "\u{FEFF}", "name = \"c\"\n",
      "[[organization]]\n", "[[mailbox]]\n", "[[rule]]\n", "[organization.x]\n",
      "synchronizing = \"c\"\n",
      "connected = false\n", "true", "1", "a.b = 1\n",
    ],
    broken: brokenEdit)

  @Sendable
  private static func brokenEdit(_ bytes: [UInt8]) -> String? {
    do throws(ProfileError) {
      let profile = try Profile(toml: bytes, path: "p")
      for name in ["c", "é\"\n", nil] {
        if let broken = edited(
          bytes, { (editor) throws(ProfileError) in try editor.setSynchronizing(name) },
          holds: { $0.synchronizing == name })
        {
          return "setSynchronizing: \(broken)"
        }
      }
      if let organization = profile.organizations.first {
        let name = organization.name
        if let broken = edited(
          bytes,
          { (editor) throws(ProfileError) in
            try editor.setConnected(!organization.isConnected, organization: name)
          }, holds: { $0.organizations.first?.isConnected == !organization.isConnected })
        {
          return "setConnected: \(broken)"
        }
        if let broken = edited(
          bytes,
          { (editor) throws(ProfileError) in try editor.removeOrganization(name: name) },
          holds: { !$0.organizations.contains { $0.name == name } })
        {
          return "removeOrganization: \(broken)"
        }
      }
      if let broken = edited(
        bytes,
        { (editor) throws(ProfileError) in
          try editor.addOrganization(name: "new", url: "sqlite:new")
        }, holds: { $0.organizations.count == profile.organizations.count + 1 })
      {
        return "addOrganization: \(broken)"
      }
    } catch {
      if error.problem.isEmpty { return "an error of \(error)" }
    }
    return nil
  }

  /// What is wrong after a change, of a text that is a profile.
  private static func edited(
    _ bytes: [UInt8], _ change: (inout ProfileEditor) throws(ProfileError) -> Void,
    holds: (Profile) -> Bool
  ) -> String? {
    var editor = ProfileEditor(bytes, path: "p")
    do throws(ProfileError) {
      try change(&editor)
    } catch {
      guard editor.text == bytes else { return "refused, and changed" }
      return error.problem.isEmpty ? "an error of \(error)" : nil
    }
    do throws(ProfileError) {
      return holds(try Profile(toml: editor.text, path: "p")) ? nil : "not what was meant"
    } catch {
      // What was a profile with the organization need not be one without: that is for who asks.
      return nil
    }
  }
}
