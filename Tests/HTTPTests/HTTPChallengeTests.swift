import Testing

@testable import HTTP

@Suite struct HTTPChallengeTests {
  private func challenges(_ values: String...) -> [HTTPChallenge] {
    var fields = HTTPFields()
    for value in values { fields.append("WWW-Authenticate", value) }
    return HTTPChallenge.all(in: fields)
  }

  @Test("several schemes, with and without parameters, in one field or in several")
  func schemes() {
    #expect(
      challenges(
        #"Basic realm="a \"b\", c" , charset=UTF-8"#, "Negotiate, NTLM",
        "Digest qop=\"auth\",nonce=x=y")
        == [
          HTTPChallenge(
            scheme: "basic", parameters: ["realm": #"a "b", c"#, "charset": "UTF-8"]),
          HTTPChallenge(scheme: "negotiate", parameters: [:]),
          HTTPChallenge(scheme: "ntlm", parameters: [:]),
          HTTPChallenge(scheme: "digest", parameters: ["qop": "auth", "nonce": "x=y"]),
        ])
  }

  @Test("what is broken ends with the field")
  func broken() {
    #expect(challenges("") == [])
    #expect(challenges("=a, b=c") == [])
    #expect(challenges("Bearer a=\"b") == [HTTPChallenge(scheme: "bearer", parameters: ["a": "b"])])
    #expect(
      challenges("Bearer a=\"\\") == [HTTPChallenge(scheme: "bearer", parameters: ["a": "\\"])])
    #expect(challenges("Bearer a=1, A=2").first?.parameters == ["a": "1"])
    #expect(challenges(String(repeating: "a,", count: 5_000)).count <= 32)
  }
}
