import ArgumentParser
import Glibc
import MailPipeline
import System
import Tracking

extension OrgCommand {
  /// `org add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Adds an organization to the profile and makes its store.",
      discussion: """
        The owner of the profile's first mailbox becomes its administrator, as whom only the login \
        that makes it may act, see 'user set --login'. An organization that the profile has already is \
        opened, and nothing is changed; a store that is gone is made anew, and knows nothing of what \
        the lost one refused or withdrew. One in Dynamics 365 is named by any address of its pages; \
        without an option for signing in it is asked what it wants.
        """)

    @Argument(help: "A name of letters, digits, '.', '_' and '-'.")
    var name: String

    @Argument(
      help: """
        Where it is: sqlite:FILE, exec:/PROGRAM, postgresql://LOGIN@HOST/DATABASE, or https://ADDRESS \
        of Dynamics 365.
        """,
      completion: .list(["sqlite:", "exec:", "postgresql://", "https://"]))
    var url: String

    @Option(
      help: "A Unix group whose members share the store: 0660 in a folder of 2770, of its own.")
    var group: String?

    @OptionGroup var signIn: SignInOptions

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      guard OrganizationEntry.isName(name) else {
        throw CommandError(
          .usage,
          "'\(name)' is no name of an organization; use letters, digits, '.', '_' and '-'")
      }
      let place = try OrganizationURL(url)
      // Written down is the organization, not the page of it that somebody looked at.
      let written = place.dataverse?.description ?? url
      let present = try profile.load()
      let known = present.organization(named: name)
      if let known {
        guard known.url.location == place.location, known.url.scheme == place.scheme else {
          throw CommandError(.usage, "the profile has another organization '\(name)': \(known.url)")
        }
        guard signIn.access == OrganizationAccess() || signIn.access == known.access else {
          throw CommandError(
            .usage,
            "the profile has '\(name)' with another way to sign in; change its keys there, see "
              + "crm-mailfilter.toml(5)")
        }
      }
      let isNew = known == nil
      // The store first: an organization that cannot be opened is not written down.
      let entry = try known ?? checkProfile(written)
      var opener = try profile.opener()
      opener.login = UnixLogin.current
      opener.makesGoneAnew = true
      if let group {
        guard !entry.isElsewhere else {
          throw CommandError(.usage, "--group is for a store of this machine, not for \(url)")
        }
        guard let found = getgrnam(group) else {
          throw CommandError(.usage, "this system has no group '\(group)'")
        }
        opener.group = found.pointee.gr_gid
      }
      let store = try? opener.storePath(of: entry)
      let wasThere = store.map { access($0, F_OK) == 0 } ?? true
      let opened: OpenOrganization
      do {
        opened = try opener.opened(entry, for: .track)
      } catch let error as StoreError where error.kind == .unsafe && isNew {
        // 'verify' knows nothing of it yet.
        throw CommandError(
          .noPermission,
          "the place of the store is not safe (\(error.detail)); "
            + "name one in a folder that only you may write, or a relative path")
      }
      let identity = try opened.organization.remoteIdentity()
      if isNew {
        try ProfileFile(path: profile.path()).edit {
          try $0.addOrganization(name: name, url: written, access: signIn.access)
        }
      }
      if let identity {
        for line in [identity.words] + identity.remarks { print(SafeText.neutralised(line)) }
        for warning in identity.warnings {
          SystemLog.standardError(
            SafeText.neutralised("crm-mailfilter: \(name): \(warning)") + "\n")
        }
      }
      let count = try opened.archive().countOfCopies()
      print(
        name + (isNew || !wasThere ? "" : " is there already")
          + ": \(count) \(count == 1 ? "message" : "messages")")
      if isNew, present.synchronizing == nil, bringsMail(opened) {
        print(
          (entry.isElsewhere
            ? "Mail that comes here goes to it after" : "No mail is brought to it yet")
            + ": crm-mailfilter org synchronize \(name)")
      }
    }

    /// Whether this side may bring mail to it: who only reads there is told nothing of it.
    private func bringsMail(_ opened: OpenOrganization) -> Bool {
      guard opened.entry.isElsewhere, let user = try? opened.directory.actingUser() else {
        return true
      }
      return user.role != .reader
    }

    /// Makes sure that the profile can take the organization: where it cannot, no store is made.
    ///
    /// - Returns: The organization as the profile will have it.
    private func checkProfile(_ url: String) throws -> OrganizationEntry {
      let path = try profile.path()
      var editor = ProfileEditor(try ProfileContents.read(path), path: path)
      try editor.addOrganization(name: name, url: url, access: signIn.access)
      let entry: OrganizationEntry?
      do {
        entry = try Profile(toml: editor.text, path: path).organization(named: name)
      } catch {
        // It is the options that are wrong: without them the profile is what it was.
        throw CommandError(.usage, error.problem)
      }
      let folder = FilePath.withCString(path) { realpath($0, nil) }.map { resolved in
        defer { free(resolved) }
        return FilePath.folder(of: FilePath.text(of: resolved))
      }
      guard let folder, access(folder, W_OK | X_OK) == 0 else {
        throw FileError(path: folder ?? path, code: errno)
      }
      guard let entry else { throw CommandError(.configuration, "\(path) cannot be changed") }
      return entry
    }
  }
}
