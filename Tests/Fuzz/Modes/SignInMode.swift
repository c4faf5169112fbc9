import HTTP
import MailPipeline
import System
import Tracking

extension FuzzMode {
  /// The readers of what a service of sign-ins answers, of what a server wants who asks, and of addresses.
  static let signIn = FuzzMode(
    name: "sign-in",
    seeds: { _ in
      [
        #"{"token_type":"Bearer","expires_in":3599,"access_token":"eyJ0.a.b","refresh_token":"0.AX"}"#,
        #"{"user_code":"ABCD","device_code":"d","verification_uri":"https://a.example/d","expires_in":900,"interval":5}"#,
        #"{"error":"invalid_client","error_description":"AADSTS7000215: No.\r\nTrace ID: x"}"#,
        "Bearer authorization_uri=https://login.microsoftonline.com/t/oauth2/authorize, resource_id=https://a.example/",
        #"Basic realm="a \"b\"", Negotiate, NTLM TlRMTVNTUAAC=="#,
        "https://contoso.crm4.dynamics.com/main.aspx?appid=1#a",
        "https://crm.contoso.example:444/Contoso/api/data/v9.0/WhoAmI()",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\u202e", "\\ud800", ":", ",", "=", "null",
      "1e999",
      "-1", "99999999999999999999", "\0", "\u{202E}", "\r\n", "access_token", "error", "Bearer ",
      "https://", "@", "/", "?", "%", "api/data/v9.2", "[::1]",
    ],
    broken: { bytes in
      do throws(RemoteTrouble) {
        let reply = try TokenReply(HTTPResponse(status: 200, body: bytes), now: 1_000)
        switch reply {
        case .token(let token):
          if !(0...86_400).contains(token.life) { return "a life of \(token.life)" }
          // It stands in a field of requests.
          if !token.access.text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            return "a token that breaks a line"
          }
        case .deviceCode(let code):
          if SafeText.neutralised(code.userCode) != code.userCode || code.interval < 1 {
            return "a code that is not neutral, or asked for without a pause"
          }
        case .refused(let name, let words):
          if SafeText.neutralised(name + words) != name + words || words.unicodeScalars.count > 300
          {
            return "a reason that is not neutral, or long"
          }
        }
      } catch {
        if SafeText.neutralised(error.description) != error.description {
          return "a text that is not neutral"
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let challenges = HTTPChallenge.all(in: ["WWW-Authenticate": text])
      if challenges.count > 32 { return "\(challenges.count) challenges" }
      if let authority = SignInAuthority(challenges), !authority.base.isSecure,
        !authority.base.isLoopback
      {
        return "an authority that is not encrypted"
      }
      if let address = try? WebAddress(text) {
        guard let again = try? WebAddress(address.description), again == address else {
          return "an address that is not what it is written as"
        }
      }
      if let address = try? DataverseAddress(text) {
        guard let again = try? DataverseAddress(address.description), again.root == address.root,
          again.web == address.web
        else { return "an organization that is not what it is written as" }
      }
      return nil
    })

  /// The reader of files of secrets.
  static let secrets = FuzzMode(
    name: "secrets",
    seeds: { _ in
      [
        "# c\n[contoso]\npassword = \"a\\\"b\"\nclient_secret = 'c'\n\n[\"a b\"]\nrefresh_token = \"0\"\n"
      ]
      .map { Array($0.utf8) }
    },
    fragments: [
      "[", "]", "\"", "'", "\\", "=", "\n", "#", "\"\"\"", "password", "[[", "{", "}", "\0", "true",
    ],
    broken: { bytes in
      guard let table = try? CredentialTable(toml: bytes, path: "c") else { return nil }
      guard let again = try? CredentialTable(toml: table.toml, path: "c") else {
        return "what is written cannot be read"
      }
      return again.toml == table.toml ? nil : "what is written is read as something else"
    })
}
