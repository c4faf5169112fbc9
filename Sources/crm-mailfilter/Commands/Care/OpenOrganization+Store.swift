import MailPipeline
import Tracking
import TrackingStore

extension OpenOrganization {
  /// Its store on this machine.
  ///
  /// - Throws: `CommandError` where it is of another kind.
  func store() throws -> Store {
    if let embedded = organization as? EmbeddedOrganization { return embedded.store }
    if let mirror = organization.mirror { return mirror }
    throw CommandError(.usage, "\(entry.name) is kept at \(entry.url), in no store of this machine")
  }
}
