import Testing
import Tracking

@testable import crm_mailfilter

/// What a command says where an organization can do less than it is asked for.
@Suite struct OpenOrganizationTests {
  /// An organization that takes mail in, and nothing else.
  private struct Letterbox: Organization {
    let name = "c"
    let localState: any LocalState
    let members: any OrganizationMembers

    func decide(_ inquiry: Inquiry) -> Answer { .withdrawn }
    func deliver(_ copy: CopyDraft) -> DeliveryReceipt {
      DeliveryReceipt(copy: nil, outcome: .withdrawn)
    }
  }

  private static let requests: [@Sendable (OpenOrganization) throws -> Void] = [
    { _ = try $0.archive() }, { _ = try $0.keeping() }, { _ = try $0.administration() },
    { _ = try $0.store() },
  ]

  @Test(arguments: requests.indices) func whatCannotBeDoneFromHereIsSaidToBeDoneThere(
    _ index: Int
  ) throws {
    let url = try OrganizationURL("post:office", schemes: ["post"])
    let store = try EmptyStore.make()
    let opened = OpenOrganization(
      entry: OrganizationEntry(
        name: "c", url: url, colleagues: AddressMatcher([]), isConnected: true),
      organization: Letterbox(localState: store, members: store))
    let error = #expect(throws: CommandError.self) { try Self.requests[index](opened) }
    #expect(error?.status == .usage)
    #expect(error?.line.contains("post:office") == true)
  }

  @Test(arguments: requests.indices) func ofAStoreOnThisMachineAllCanBeDone(_ index: Int) throws {
    let opened = OpenOrganization(
      entry: OrganizationEntry(
        name: "c", url: try OrganizationURL("sqlite:c.sqlite"), colleagues: AddressMatcher([]),
        isConnected: true), organization: try EmptyStore.organization())
    #expect(throws: Never.self) { try Self.requests[index](opened) }
  }
}
