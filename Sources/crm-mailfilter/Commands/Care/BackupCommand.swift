import ArgumentParser
import Glibc
import System
import Tracking

/// `backup`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies the store while filters run.",
    discussion: """
      The file is the store at one moment. It holds all of the organization's mail, and is yours alone (0600). To restore it, put \
      it in the place of the store, without a companion -wal or -shm beside it.
      """)

  @Argument(help: "The file; one that is there is not replaced.", completion: .file())
  var file: String

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard !file.isEmpty, !file.hasSuffix("/") else { throw ValidationError("Name a file") }
  }

  func run() throws {
    let (opened, user) = try organization.open(.export)
    // Whoever carries the file away carries everybody's mail.
    try OrganizationOptions.require(.readOrganization, of: user, in: opened.members)
    let path = ArgumentBytes.path(file)
    do {
      try opened.store().backUp(to: path)
    } catch let error as FileError {
      throw error.ofNewPlace(path)
    } catch let error as StoreError where error.kind == .full {
      // It is not the store that has no room.
      throw CommandError(
        .inputOutput,
        "\(file): no room for it; free disk space, raise the file-size limit, or name another place"
      )
    } catch let error as StoreError where error.kind == .inputOutput {
      throw CommandError(
        .inputOutput,
        "\(file): it cannot be written, or the store not be read; look at both disks and at the "
          + "file-size limit (\(error.detail))")
    }
    print("\(file): \(BulkOptions.messages(try opened.archive().countOfCopies()))")
  }
}
