import Foundation
import Testing

/// The Debian package, made of the program of `make`: a debug build has the libraries of Swift outside.
@Suite(
  "Package",
  .enabled(
    if: ProcessInfo.processInfo.environment["CRM_MAILFILTER"] != nil
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-gencontrol"),
    "it is made of the program of make, by dpkg-dev"))
struct PackageTests {
  @Test("it has all that belongs to the program, and that filters a message without Swift")
  func package() throws {
    let place = try Place()
    let made = try place.shell("COMPRESSION=none \(Repository.root)/debian/build $F out 2>&1")
    #expect(made.status == 0, "\(made.text)")
    let list = try place.shell("dpkg-deb -c out/*.deb | awk '{print $2, $6}'").text
    for line in [
      "root/root ./usr/bin/crm-mailfilter", "root/root ./usr/share/man/man1/crm-mailfilter.1.gz",
      "root/root ./usr/share/man/man5/crm-mailfilter.toml.5.gz",
      "root/root ./usr/share/man/man7/crm-mailfilter-organization.7.gz",
      "root/root ./usr/share/man/man7/crm-mailfilter-postgresql.7.gz",
      "root/root ./usr/share/man/man7/crm-mailfilter-dataverse.7.gz",
      "root/root ./usr/share/man/man7/crm-mailfilter-tracking.7.gz",
      "root/root ./usr/share/doc/crm-mailfilter/samples/organizations/request-tracker",
      "root/root ./usr/share/bash-completion/completions/crm-mailfilter",
      "root/root ./usr/share/zsh/vendor-completions/_crm-mailfilter",
      "root/root ./usr/share/fish/vendor_completions.d/crm-mailfilter.fish",
      "root/root ./usr/lib/systemd/user/crm-mailfilter-batch.timer",
      "root/root ./usr/share/doc/crm-mailfilter/copyright",
      "root/root ./usr/share/doc/crm-mailfilter/changelog.gz",
      "root/root ./usr/share/doc/crm-mailfilter/samples/schema.json",
    ] {
      #expect(list.contains(line + "\n"), "\(line)")
    }
    let fields = try place.shell("dpkg-deb -f out/*.deb Version Depends").text
    #expect(fields.contains("Version: 0.2.0-1\n") && fields.contains("libsqlite3-0"))
    #expect(!fields.lowercased().contains("swift"))
    // What it was made of says its own version.
    #expect(try place.run("--version").text == "0.2.0\n")
    let run = try place.shell(
      """
      dpkg-deb -x out/*.deb root
      gunzip root/usr/share/man/man1/*.gz
      if grep -rF /usr/local/bin/crm-mailfilter root/usr/share; then exit 1; fi
      env -i PATH="$PLACE/root/usr/bin:/usr/bin:/bin" \(Repository.root)/debian/tests/filter
      """)
    #expect(run.status == 0, "\(run.text)\(run.errors)")
  }
}
