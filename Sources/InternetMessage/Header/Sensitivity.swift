/// The values of the Sensitivity field (RFC 2156 section 5.3.4) that ask for discretion.
public enum Sensitivity: String, Sendable {
  /// For the recipient as a person.
  case personal
  /// Private.
  case `private`
  /// Confidential to the company.
  case companyConfidential = "company-confidential"
}
