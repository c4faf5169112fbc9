import System
import TrackingStore

/// A store in memory with nothing in it.
enum EmptyStore {
  static func make() throws -> Store { try Store(inMemoryUntil: Deadline(milliseconds: 20_000)) }

  static func organization() throws -> EmbeddedOrganization {
    EmbeddedOrganization(name: "c", store: try make())
  }
}
