/// How an mbox marks lines of a message that begin with `From `.
public enum MboxQuoting: Sendable, Hashable {
  /// Not at all: Content-Length tells where a message ends (mboxcl2).
  case none
  /// By a `>`; lines that begin with `>From ` of their own are not marked (mboxo).
  case plain
  /// By a `>`, those that begin with `>From `, too (mboxrd).
  case reversible
}
