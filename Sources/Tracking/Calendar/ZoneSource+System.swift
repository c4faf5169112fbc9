import InternetMessage
import System

extension ZoneSource {
  /// The rules of time zones that this machine holds.
  package static let system = ZoneSource { ZoneFiles.contents(of: $0) }
}
