/// The place of a value in a TOML document.
typealias TOMLPath = [TOMLPathStep]

/// One step of a place: a key, or the number of an element.
enum TOMLPathStep: Hashable, Sendable {
  case key(String)
  case index(Int)
}
