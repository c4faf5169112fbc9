/// A setting that there is not, or a value that it does not take.
public enum PolicySettingError: Error, Equatable, CustomStringConvertible {
  /// There is no setting of that name; the nearest, where one is near.
  case unknownName(String, nearest: String?)
  /// The text is no value of the setting.
  case invalidValue(setting: String, values: String)

  /// What failed and what to do, in one line.
  public var description: String {
    switch self {
    case .unknownName(let name, let nearest):
      "no setting '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "; see 'org show'")
    case .invalidValue(let setting, let values):
      "that is no value of '\(setting)'; it takes \(values)"
    }
  }
}
