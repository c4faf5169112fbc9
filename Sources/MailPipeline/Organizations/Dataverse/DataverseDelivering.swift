import Tracking

/// Creates an e-mail, attaches its files and completes it, each where it is not there yet.
///
/// As much as goes into one request does, which ends with the first that fails: nothing is completed
/// while a file is missing.
struct DataverseDelivering {
  /// The e-mail; what the organization refuses of it is noted in it.
  var email: DataverseEmail
  let client: DataverseClient

  /// So many bytes go into one request, unless a file alone has more.
  private static let largestBatch = 4 << 20
  /// So many requests go into one.
  private static let longestBatch = 20

  /// What became of it.
  enum Outcome {
    /// It is there and complete.
    case done
    /// It was there, and somebody deleted it.
    case gone
    /// It was not created.
    case refused(DataverseFailure)
  }

  private enum Step {
    case creation(DataverseRequest)
    case attachment(DataverseEmail.File)
    case completion
  }

  /// Runs all steps.
  ///
  /// - Parameters:
  ///   - creation: What creates the e-mail.
  ///   - fields: Header fields of each request.
  /// - Returns: What became of it.
  /// - Throws: `RemoteTrouble`.
  mutating func run(
    creation: DataverseRequest, fields: [DataverseRequest.Field]
  ) throws(RemoteTrouble) -> Outcome {
    let steps = [.creation(creation)] + email.files.map(Step.attachment) + [Step.completion]
    var next = 0
    var hasRefused = false
    while next < steps.count {
      var requests: [DataverseRequest] = []
      var size = 0
      for step in steps[next...].prefix(Self.longestBatch) {
        var request = self.request(step, hasRefused)
        request.fields += fields
        guard requests.isEmpty || size + request.length <= Self.largestBatch else { break }
        size += request.length
        requests.append(request)
      }
      let answers =
        requests.count == 1
        ? [try client.answer(to: requests[0])]
        : try client.answersUpToFailure(of: requests)
      for answer in answers {
        let step = steps[next]
        next += 1
        guard !answer.isSuccess else { continue }
        let failure = DataverseFailure(answer)
        switch step {
        case .creation:
          guard failure.isDuplicate else {
            return failure.isRefusal ? .refused(failure) : try fail(answer)
          }
          switch try presence() {
          case .complete: return .done
          case .open: break
          // What is told to be there and is not was deleted; anything else is another refusal, and no
          // mail is given up for it without a word.
          case .absent: return failure.tellsDuplicate ? .gone : .refused(failure)
          case .unknown: break
          }
        case .attachment(let file):
          if failure.isDuplicate { break }
          if failure.isMissing { return .gone }
          guard failure.isRefusal else { return try fail(answer) }
          // Another run may have been faster.
          if try presence() == .complete { return .done }
          email.leaveOut(file, because: failure.message)
          hasRefused = true
        case .completion:
          if failure.isMissing { return .gone }
          if try presence() == .complete { return .done }
          return try fail(answer)
        }
      }
    }
    return .done
  }

  private func request(_ step: Step, _ hasRefused: Bool) -> DataverseRequest {
    switch step {
    case .creation(let request): request
    case .attachment(let file): email.attachment(file)
    case .completion: email.completion(tellsRemarks: hasRefused)
    }
  }

  private func fail(_ answer: DataverseAnswer) throws(RemoteTrouble) -> Outcome {
    throw client.trouble(answer)
  }

  private enum Presence {
    case complete
    /// It is there and can be changed.
    case open
    case absent
    /// This side may not see it.
    case unknown
  }

  /// Whether the e-mail is there, and complete.
  private func presence() throws(RemoteTrouble) -> Presence {
    let answer = try client.answer(
      to: DataverseRequest(.get, "emails(\(email.id))?$select=statecode"))
    guard answer.isSuccess else { return DataverseFailure(answer).isMissing ? .absent : .unknown }
    return try answer.decoded(DataverseRow.self).integer("statecode") == 0 ? .open : .complete
  }
}
