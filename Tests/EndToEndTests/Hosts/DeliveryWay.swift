/// How a delivery agent is called.
enum DeliveryWay {
  /// By the user, as from a `.forward`.
  case byUser
  /// By the mail server, as root, with the user's name.
  case byServer
}
