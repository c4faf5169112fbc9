import System

/// Texts of others that stand in lines of ours.
enum HTTPText {
  /// A text made safe to print, and short.
  static func safe(_ text: String) -> String {
    SafeText.neutralised(String(String.UnicodeScalarView(text.unicodeScalars.prefix(300))))
  }
}
