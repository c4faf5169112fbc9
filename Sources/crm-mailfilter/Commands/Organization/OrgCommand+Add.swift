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
        the lost one refused or withdrew.
        """)

    @Argument(help: "A name of letters, digits, '.', '_' and '-'.")
    var name: String

    @Argument(
      help: "Where it is: sqlite:FILE, exec:/PROGRAM, or postgresql://LOGIN@HOST/DATABASE.",
      completion: .list(["sqlite:", "exec:", "postgresql://"]))
    var url: String

    @Option(
      help: "A Unix group whose members share the store: 0660 in a folder of 2770, of its own.")
    var group: String?

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      guard OrganizationEntry.isName(name) else {
        throw CommandError(
          .usage,
          "'\(name)' is no name of an organization; use letters, digits, '.', '_' and '-'")
      }
      let place = try OrganizationURL(url)
      let present = try profile.load()
      if let entry = present.organization(named: name) {
        guard entry.url.description == url else {
          throw CommandError(.usage, "the profile has another organization '\(name)': \(entry.url)")
        }
      }
      let isNew = present.organization(named: name) == nil
      if isNew { try checkProfile() }
      // The store first: an organization that cannot be opened is not written down.
      let entry = OrganizationEntry(
        name: name, url: place, colleagues: AddressMatcher([]), isConnected: true)
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
          try $0.addOrganization(name: name, url: url)
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
      if present.synchronizing == nil {
        print("No mail is brought to it yet: crm-mailfilter org synchronize \(name)")
      }
    }

    /// Makes sure that the profile can take the organization: where it cannot, no store is made.
    private func checkProfile() throws {
      let path = try profile.path()
      var editor = ProfileEditor(try ProfileContents.read(path), path: path)
      try editor.addOrganization(name: name, url: url)
      let folder = FilePath.withCString(path) { realpath($0, nil) }.map { resolved in
        defer { free(resolved) }
        return FilePath.folder(of: FilePath.text(of: resolved))
      }
      guard let folder, access(folder, W_OK | X_OK) == 0 else {
        throw FileError(path: folder ?? path, code: errno)
      }
    }
  }
}
