import InternetMessage
import Tracking

/// What somebody who sets the program up wants.
struct SetupAnswers {
  /// An organization that the profile does not have yet.
  struct NewOrganization: Equatable {
    var name: String
    var url: String
    var colleagues: [String]
    var isConnected = true
  }

  /// The addresses of the first mailbox; the first is its owner's.
  var addresses: [AddrSpec]
  /// The organizations to add.
  var organizations: [NewOrganization] = []
  /// The one that receives mail; `nil` for none.
  var synchronizing: String?
  /// A file of records for that one.
  var records: String?
  /// What is kept from it; `nil` for what is by default.
  var exclude: [Exclusion]?
  /// Which mail is tracked without a rule; `nil` for what holds now.
  var filter: FilterMethod?
  /// To whom what the owner sends is tracked.
  var sentTo: [String] = []
}
