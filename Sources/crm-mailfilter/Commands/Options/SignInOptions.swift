import ArgumentParser
import Glibc
import Tracking

/// How to sign in to an organization behind a web API; nothing secret is an argument.
struct SignInOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The id of the application that signs in.", valueName: "id"))
  var clientId: String?

  @Option(help: "Its directory, an id or a domain; else the organization says it.")
  var tenant: String?

  @Option(
    help: ArgumentHelp(
      "Where sign-ins are made, where that is not Microsoft's own.", valueName: "https-address"))
  var authority: String?

  @Option(
    help: ArgumentHelp("The application's certificate, in PEM.", valueName: "file"),
    completion: .file())
  var certificate: String?

  @Option(
    help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "file"),
    completion: .file())
  var key: String?

  @Flag(help: "A person signs in, by a code in a browser.")
  var deviceCode = false

  @Option(help: #"A user of one's own servers, as DOMAIN\NAME: NTLM."#)
  var user: String?

  @Flag(help: "Sign in by the Kerberos ticket of this process: Negotiate.")
  var integrated = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "A program and its arguments, whose first line is the secret.", valueName: "word"))
  var passwordCommand: [String] = []

  @Option(
    help: ArgumentHelp(
      "Certificate authorities in PEM, instead of the system's.", valueName: "file"),
    completion: .file())
  var caFile: String?

  /// What they say.
  var access: OrganizationAccess {
    var access = OrganizationAccess()
    if deviceCode { access.signIn = .deviceCode }
    if integrated { access.signIn = .integrated }
    access.clientID = clientId
    access.tenant = tenant
    access.authority = authority
    access.certificate = certificate.map(Self.absolute)
    access.key = key.map(Self.absolute)
    access.user = user
    access.passwordCommand = passwordCommand
    access.certificateAuthorities = caFile.map(Self.absolute)
    return access
  }

  func validate() throws {
    guard !(deviceCode && integrated) else {
      throw ValidationError("--device-code and --integrated exclude each other")
    }
  }

  /// A path that holds from any folder.
  private static func absolute(_ argument: String) -> String {
    let path = ArgumentBytes.path(argument)
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }
}
