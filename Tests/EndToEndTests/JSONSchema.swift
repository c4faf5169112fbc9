import Foundation

/// A JSON Schema (draft 2020-12), as far as those of `samples` use it.
struct JSONSchema {
  private let root: [String: Any]

  init(path: String) throws {
    let value = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: path)))
    root = value as? [String: Any] ?? [:]
  }

  /// What is wrong with a line of JSON as a definition; empty where nothing is.
  func faults(of line: String, as definition: String) -> [String] {
    guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) else {
      return ["no JSON"]
    }
    return faults(value, ["$ref": "#/$defs/" + definition], at: "")
  }

  private func faults(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    var faults: [String] = []
    for (keyword, rule) in schema {
      switch keyword {
      case "$ref":
        let name = (rule as? String ?? "").split(separator: "/").last.map(String.init) ?? ""
        guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
          faults.append("\(place): no definition \(name)")
          continue
        }
        faults += self.faults(value, target, at: place)
      case "type":
        let types = rule as? [String] ?? [rule as? String ?? ""]
        let isNumber = types.contains("number") && Self.type(of: value) == "integer"
        if !isNumber, !types.contains(Self.type(of: value)) {
          faults.append("\(place): \(Self.type(of: value)) instead of \(types)")
        }
      case "const":
        if value as? NSObject != rule as? NSObject { faults.append("\(place): not \(rule)") }
      case "enum":
        if !(rule as? [NSObject] ?? []).contains(where: { $0 == value as? NSObject }) {
          faults.append("\(place): \(value) is none of \(rule)")
        }
      case "pattern":
        let text = value as? String ?? ""
        if text.range(of: rule as? String ?? "", options: .regularExpression) == nil {
          faults.append("\(place): '\(text)' does not match")
        }
      case "properties":
        let rules = rule as? [String: Any] ?? [:]
        for (key, item) in value as? [String: Any] ?? [:] {
          if let rule = rules[key] as? [String: Any] {
            faults += self.faults(item, rule, at: place + "." + key)
          } else if schema["additionalProperties"] as? Bool == false {
            faults.append("\(place): unknown key \(key)")
          }
        }
      case "required":
        let keys = Set((value as? [String: Any] ?? [:]).keys)
        for key in rule as? [String] ?? [] where !keys.contains(key) {
          faults.append("\(place): no \(key)")
        }
      case "items":
        for (number, item) in (value as? [Any] ?? []).enumerated() {
          faults += self.faults(item, rule as? [String: Any] ?? [:], at: "\(place)[\(number)]")
        }
      case "minLength", "maxLength", "maxItems":
        let length = (value as? String)?.count ?? (value as? [Any])?.count ?? 0
        let most = rule as? Int ?? 0
        if keyword.hasPrefix("min") ? length < most : length > most {
          faults.append("\(place): \(keyword)")
        }
      case "description", "additionalProperties": break
      default: faults.append("the test knows no \(keyword)")
      }
    }
    return faults
  }

  private static func type(of value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "string"
    case is [Any]: "array"
    case is [String: Any]: "object"
    case let number as NSNumber:
      String(cString: number.objCType) == "c" ? "boolean" : "integer"
    default: "?"
    }
  }
}
