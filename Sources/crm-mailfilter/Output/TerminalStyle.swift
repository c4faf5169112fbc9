/// How text looks on a terminal: the parameter of SGR (ECMA-48, section 8.3.117).
enum TerminalStyle: String {
  case plain = "0"
  case bold = "1"
  case faint = "2"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
}
