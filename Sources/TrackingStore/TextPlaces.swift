/// A place for the text of each message; every thread writes its own.
final class TextPlaces: @unchecked Sendable {
  private let places: UnsafeMutableBufferPointer<String>

  init(count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: "")
  }

  deinit {
    places.deinitialize()
    places.deallocate()
  }

  func set(_ number: Int, to text: String) { places[number] = text }

  var all: [String] { Array(places) }
}
