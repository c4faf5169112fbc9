import Testing

@testable import Tracking

@Suite struct DataverseAddressTests {
  @Test(
    "an address as it was copied from anywhere leads to the organization",
    arguments: [
      ("https://contoso.crm4.dynamics.com", "https://contoso.crm4.dynamics.com", "/api/data/v9.2/"),
      (
        "https://Contoso.crm4.dynamics.com/", "https://contoso.crm4.dynamics.com", "/api/data/v9.2/"
      ),
      (
        "https://contoso.crm4.dynamics.com/main.aspx?appid=8e-1&pagetype=entitylist#1",
        "https://contoso.crm4.dynamics.com", "/api/data/v9.2/"
      ),
      (
        "https://contoso.crm4.dynamics.com/apps/uniquename/msdyn_Sales",
        "https://contoso.crm4.dynamics.com", "/api/data/v9.2/"
      ),
      (
        "https://contoso.api.crm4.dynamics.com/api/data/v9.1/accounts?$top=1",
        "https://contoso.api.crm4.dynamics.com/api/data/v9.1/", "/api/data/v9.1/"
      ),
      (
        "https://contoso.crm.microsoftdynamics.us/XRMServices/2011/Organization.svc/web",
        "https://contoso.crm.microsoftdynamics.us", "/api/data/v9.2/"
      ),
      (
        "https://crm.contoso.example/Contoso", "https://crm.contoso.example/Contoso",
        "/Contoso/api/data/v9.1/"
      ),
      (
        "https://crm.contoso.example:444/Contoso/main.aspx?etc=1",
        "https://crm.contoso.example:444/Contoso", "/Contoso/api/data/v9.1/"
      ),
      (
        "https://crm.contoso.example/Contoso/api/data/v9.0/WhoAmI()",
        "https://crm.contoso.example/Contoso/api/data/v9.0/", "/Contoso/api/data/v9.0/"
      ),
      (
        "https://contoso.crm.example/main.aspx", "https://contoso.crm.example", "/api/data/v9.1/"
      ),
      (
        "https://contoso.crm.example/API/data/V9.1/", "https://contoso.crm.example",
        "/api/data/v9.1/"
      ),
    ])
  func reading(text: String, written: String, root: String) throws {
    let address = try DataverseAddress(text)
    #expect(address.description == written)
    #expect(address.root == root)
    #expect(try DataverseAddress(address.description) == address)
  }

  @Test("a token is asked for the organization, not for its API's other name")
  func resource() throws {
    #expect(
      try DataverseAddress("https://contoso.api.crm4.dynamics.com").resource
        == "https://contoso.crm4.dynamics.com")
    #expect(
      try DataverseAddress("https://crm.api.example/Contoso").resource == "https://crm.api.example")
  }

  @Test(
    "another address is told what it is",
    arguments: [
      ("https://make.powerapps.com/environments/1-2/home", "the maker portal"),
      ("https://admin.powerplatform.microsoft.com/environments", "the admin center"),
      ("https://login.microsoftonline.com/common", "the page of sign-ins"),
      ("https://contoso.sharepoint.com/sites/a", "SharePoint"),
      (
        "https://globaldisco.crm.dynamics.com/api/discovery/v2.0/Instances", "the discovery service"
      ),
      ("https://crm.contoso.example/api/discovery/v9.0/Instances", "the discovery service"),
      ("https://crm.contoso.example/Contoso/api/discovery/v9.0/", "the discovery service"),
      ("http://contoso.crm4.dynamics.com", "is not encrypted"),
      ("https://dana:hush@contoso.crm4.dynamics.com", "holds a user or password"),
      ("https://contoso.crm4.dynamics.com/api/data/latest/", "names no version"),
      ("https://crm.contoso.example/Con%20toso/", "names no organization"),
      ("https:contoso", "does not begin with https://"),
    ])
  func refusal(text: String, words: String) {
    do {
      _ = try OrganizationURL(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.description.contains(words), "\(error.description)")
      #expect(!error.description.contains("hush"))
      #expect(!error.description.contains("\n"))
    }
  }
}
