import CSystem
import System
import Tracking

/// Requests of the Web API and their answers, one by one or in `$batch`.
final class DataverseClient {
  let service: any DataverseService

  /// So many requests of a batch are sent at once: fewer than the service takes, since each counts
  /// against its limits of time (api-limits).
  static let batchSize = 50

  /// What was sent since it was noted; `nil` while nothing is.
  private(set) var log: DataverseRequestLog?

  init(_ service: any DataverseService) { self.service = service }

  /// Notes from now on what is sent.
  func beginLog() { log = DataverseRequestLog() }

  /// Forgets what was noted, and notes nothing more.
  func endLog() { log = nil }

  private static var now: Int64 { csystem_realtime() / 1_000_000_000 }

  /// Sends a request; what failed is an answer, too, but where nothing else would fare better.
  ///
  /// - Throws: `RemoteTrouble`.
  func answer(to request: DataverseRequest) throws(RemoteTrouble) -> DataverseAnswer {
    let answer: DataverseAnswer
    do {
      answer = try service.send(request)
    } catch {
      log?.note([request], isPart: false, [], root: service.root, now: Self.now)
      throw error
    }
    log?.note([request], isPart: false, [answer.status], root: service.root, now: Self.now)
    guard !answer.isSuccess else {
      // Nothing was done by whoever gives it.
      guard !answer.isPage else { throw .unknownOutcome("it answered with a page of HTML") }
      return answer
    }
    let trouble = trouble(answer)
    switch trouble {
    case .throttled, .unreachable: throw trouble
    default: return answer
    }
  }

  /// Sends a request that is to succeed.
  ///
  /// - Throws: `RemoteTrouble`.
  @discardableResult func success(
    of request: DataverseRequest
  ) throws(RemoteTrouble) -> DataverseAnswer {
    let answer = try answer(to: request)
    guard answer.isSuccess else { throw trouble(answer) }
    return answer
  }

  /// Sends requests in batches, each whatever became of those before it.
  ///
  /// - Returns: An answer for each.
  /// - Throws: `RemoteTrouble`: where nothing else would fare better, too.
  func answers(to requests: [DataverseRequest]) throws(RemoteTrouble) -> [DataverseAnswer] {
    var answers: [DataverseAnswer] = []
    var start = 0
    while start < requests.count {
      let end = min(start + Self.batchSize, requests.count)
      let found = try batch(Array(requests[start..<end]), goesOn: true)
      for answer in found where !answer.isSuccess {
        let trouble = trouble(answer)
        switch trouble {
        case .throttled, .unreachable: throw trouble
        default: continue
        }
      }
      guard found.count == end - start else {
        throw .unknownOutcome("it answered \(found.count) of \(end - start) requests of a batch")
      }
      answers += found
      start = end
    }
    return answers
  }

  /// Sends requests in one batch that ends with the first that fails.
  ///
  /// - Returns: The answers up to that one.
  /// - Throws: `RemoteTrouble`.
  func answersUpToFailure(
    of requests: [DataverseRequest]
  ) throws(RemoteTrouble) -> [DataverseAnswer] {
    let found = try batch(requests, goesOn: false)
    guard found.count <= requests.count,
      found.count == requests.count || found.last?.isSuccess == false
    else {
      throw .unknownOutcome(
        "it answered \(found.count) of \(requests.count) requests of a batch")
    }
    return found
  }

  private func batch(
    _ requests: [DataverseRequest], goesOn: Bool
  ) throws(RemoteTrouble) -> [DataverseAnswer] {
    do {
      let answers = try exchange(requests, goesOn: goesOn)
      log?.note(requests, isPart: true, answers.map(\.status), root: service.root, now: Self.now)
      return answers
    } catch {
      log?.note(requests, isPart: true, [], root: service.root, now: Self.now)
      throw error
    }
  }

  private func exchange(
    _ requests: [DataverseRequest], goesOn: Bool
  ) throws(RemoteTrouble) -> [DataverseAnswer] {
    let boundary = "batch_\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let answer = try service.send(
      DataverseBatch.request(requests, root: service.root, goesOn: goesOn, boundary: boundary))
    let isParts =
      (answer.fields["content-type"] ?? "").lowercased().hasPrefix("multipart/mixed")
    guard isParts || answer.isSuccess else {
      // It is the batch that is not taken, and no message of it.
      let trouble = trouble(answer)
      if case .refusedForGood(let text) = trouble { throw .unknownOutcome(text) }
      throw trouble
    }
    return try DataverseBatch.answers(in: answer)
  }

  /// What an answer that is no success comes to.
  func trouble(_ answer: DataverseAnswer) -> RemoteTrouble {
    DataverseFailure(answer).trouble(now: Self.now)
  }
}
