import Foundation
import Testing

/// All that is made to fail in tests, what is expected then, and which test holds it: the rows of
/// `Tests/FAULTS.md`, made of what the tests themselves run through.
enum FaultTable {
  /// A row.
  struct Row {
    var fault: String
    var expected: String
    var test: String
  }

  private static let passes =
    "same bytes, status 0; tracked, or waits and `retry` makes the store of a clean run"
  private static let handsBack = "tracked and status 0, or 75, nothing written, nothing kept"

  static var rows: [Row] {
    var rows: [Row] = []
    for error in FaultTests.errors + FaultTests.writeErrors {
      let calls = FaultTests.errors.contains(error) ? "each system call" : "each call that writes"
      rows.append(
        Row(
          fault: "\(error) from \(calls)", expected: passes,
          test: "FaultTests/letDownAnywhereNothingIsLost"))
      rows.append(
        Row(
          fault: "\(error) from \(calls), `--strict`", expected: handsBack,
          test: "FaultTests/strictHandsBackOrTracks"))
    }
    let limits = FaultTests.limits.map { "\($0)" }.joined(separator: ", ")
    rows.append(
      Row(
        fault: "short writes: files end at \(limits) bytes", expected: passes,
        test: "FaultTests/shortWritesLoseNothing"))
    rows.append(
      Row(
        fault: "SIGKILL at each system call",
        expected: "run again: one copy, one delivery, the whole message",
        test: "FaultTests/killedAnywhereAndRunAgainItIsOneCopy"))
    let finished = "the next run finishes the store"
    for (error, test) in [("SIGKILL at", "killedAnywhereTheNextRunFinishesIt")]
      + StoreMakingTests.errors.map({ ("\($0) from", "letDownAnywhereTheNextRunFinishesIt") })
    {
      rows.append(
        Row(
          fault: "\(error) each call of the making of a store that changes a disk",
          expected: finished, test: "StoreMakingTests/\(test)"))
    }
    let makingLimits = StoreMakingTests.limits.map { "\($0)" }.joined(separator: ", ")
    rows += [
      Row(
        fault: "ENOSPC from each write of the making of a store on", expected: finished,
        test: "StoreMakingTests/aDiskThatStaysFullSpoilsNoStore"),
      Row(
        fault: "files end at \(makingLimits) bytes while a store is made", expected: finished,
        test: "StoreMakingTests/aFileSizeLimitSpoilsNoStore"),
      Row(
        fault: "a store that an older version left half made", expected: finished,
        test: "StoreMakingTests/whatWasBegunBeforeIsFinished"),
    ]
    for breakage in FailureTests.breakages {
      rows.append(
        Row(
          fault: breakage.testDescription, expected: "same bytes, status 0, waits, `retry` tracks",
          test: "FailureTests/theMessagePassesAndIsTrackedLater"))
      rows.append(
        Row(
          fault: "\(breakage.testDescription), `--strict`", expected: "75, nothing written or kept",
          test: "FailureTests/strictHandsTheMessageBack"))
    }
    for unsafe in UnsafePlaceTests.places {
      rows.append(
        Row(
          fault: unsafe.testDescription,
          expected: unsafe.isSpool
            ? "same bytes, status 0, loudly not kept; `--strict`: 75"
            : "not used; same bytes, status 0, waits; `--strict`: 75",
          test: "UnsafePlaceTests/itIsNotUsed"))
    }
    for trap in CrashTests.traps {
      rows.append(
        Row(
          fault: "own crash: \(trap)", expected: "same bytes, status 0, waits",
          test: "CrashTests/ownTrapsLoseNothing"))
      rows.append(
        Row(
          fault: "own crash: \(trap), `--strict`", expected: "75, nothing written",
          test: "CrashTests/ownTrapsHandBackUnderStrict"))
    }
    rows.append(
      Row(
        fault: "own crash on another thread", expected: "same bytes, status 0, waits",
        test: "CrashTests/aCrashOnAnotherThreadLosesNothing"))
    rows.append(
      Row(
        fault: "own crash, no room for the whole message",
        expected: "same bytes, status 0, nothing kept, one line",
        test: "CrashTests/whereThereIsNoRoomNothingIsKept"))
    for limit in LimitTests.limits {
      rows.append(
        Row(
          fault: limit.testDescription + "; store " + LimitTests.stores.joined(separator: ", "),
          expected: "same bytes, status 0, tracked or waits, or one loud line where no file may be"
            + " so large; `--strict`: or 75, nothing written; where not even the loader starts,"
            + " nothing passes and the status is not 0",
          test: "LimitTests/theMessagePassesOrIsHandedBack"))
    }
    for act in ElsewhereTests.acts {
      rows.append(
        Row(
          fault: "a program that is an organization, instead of an answer: \(act)",
          expected: "`sync` 75, the next message goes on; run again: one copy there and here",
          test:
            "ElsewhereTests/whatIsNoAnswerIsAnErrorOfThisMessageAndNothingBecomesTwo"))
    }
    rows.append(
      Row(
        fault: "SIGKILL at each call of `sync` that writes or waits",
        expected: "run again: one copy there and here, in order",
        test: "ElsewhereTests/killedAnywhereNothingIsLostAndNothingBecomesTwo"))
    rows.append(
      Row(
        fault:
          "a server of PostgreSQL: its answer withheld after the commit, and the connection cut",
        expected: "tried again with the same ids: each message there once",
        test: "PostgreSQLOnceTests/anAnswerThatIsWithheldAfterTheCommit"))
    rows.append(
      Row(
        fault:
          "a server of PostgreSQL: killed with all its processes between the commit and its answer",
        expected: "`sync` 75 until it serves again: each message there once",
        test: "PostgreSQLOnceTests/aServerThatIsKilledBetweenTheCommitAndItsAnswer"))
    rows.append(
      Row(
        fault:
          "`sync` to PostgreSQL: killed at any moment",
        expected: "the next one goes on: each message there once",
        test: "PostgreSQLOnceTests/aClientThatIsKilledAnywhere"))
    rows.append(
      Row(
        fault:
          "four hosts with the same mail, clocks apart, the server killed three times",
        expected: "each message there once, each host's delivery noted once",
        test: "PostgreSQLOnceTests/fourHostsWithTheSameMailWhileTheServerIsKilled"))
    rows.append(
      Row(
        fault:
          "a server of PostgreSQL: disk full, read-only, serialization failure, deadlock, too long a value, other version, no schema, no role, no connection left",
        expected: "one line that says what to do; the message waits, or is in `failures`",
        test: "PostgreSQLSyncTests/eachTroubleIsOneLineAndNothingIsLost"))
    rows.append(
      Row(
        fault: "`org copy` to PostgreSQL and back: killed at any moment",
        expected: "run again it goes on: each copy there once, the turns before it whole",
        test: "PostgreSQLCopyTests/killedAnywhereItGoesOn"))
    rows.append(
      Row(
        fault:
          "a server of PostgreSQL: another name, a certificate that ended, or of another authority",
        expected: "one line; the message waits",
        test: "PostgreSQLTLSTests/theServerIsKnownByItsCertificate"))
    rows.append(
      Row(
        fault:
          "no libpq, or a broken one",
        expected: "mail passes; `sync` 75 says what to install",
        test: "PostgreSQLSyncTests/withoutTheLibraryMailPassesAndSyncSaysSo"))
    for holder in HolderTests.holders {
      rows.append(
        Row(
          fault: "held for ever: " + holder.testDescription,
          expected: "within 6 s, no spinning: same bytes, status 0, tracked or waits",
          test: "HolderTests/theRunEndsInTime"))
      rows.append(
        Row(
          fault: "held for ever: " + holder.testDescription + ", `--strict`",
          expected: "within 6 s: tracked and status 0, or 75, nothing written or kept",
          test: "HolderTests/strictEndsInTime"))
    }
    rows.append(
      Row(
        fault: "a FIFO in the place of each file of the spool",
        expected: "same bytes, status 0, tracked or waits",
        test: "HolderTests/aFIFOInTheSpoolHoldsNobody"))
    rows.append(
      Row(
        fault: "held for ever: stores of other profiles whose mail waits",
        expected: "tracked, and they are not waited for",
        test: "HolderTests/otherProfilesStoresAreNotWaitedFor"))
    rows += [
      Row(
        fault: "no processor time left (SIGXCPU) while the message comes in",
        expected: "same bytes, status 0, waits; `--strict`: 75, nothing written",
        test: "LimitTests/outOfProcessorTimeTheMessagePassesOrIsHandedBack"),
      Row(
        fault: "no processor time left, where the soft limit is the hard one (`ulimit -t 1`)",
        expected: "same bytes, status 0, waits; `--strict`: 75, nothing written",
        test: "LimitTests/beforeTheHardLimitOfProcessorTimeItIsLikewise"),
      Row(
        fault: "64 KiB for temporary files, a message of 6 MB; store well, damaged",
        expected:
          "same bytes, status 0, tracked or waits whole; `--strict`: or 75, nothing written",
        test: "LimitTests/aSmallFolderForTemporaryFilesIsNotTheLast"),
      Row(
        fault: "a clock that is wrong by "
          + LimitTests.clocks.map { "\($0)" }.joined(separator: ", ") + " years",
        expected: "same bytes, status 0, tracked; what waited before is, too",
        test: "LimitTests/whateverTheClockSaysMailIsTracked"),
      Row(
        fault: "two backups or exports into one new place at once",
        expected: "one is whole, the other says 73",
        test: "BackupTests/ofTwoIntoOnePlaceOneWins"),
      Row(
        fault: "no thread to be had for a batch", expected: "all is brought in and indexed",
        test: "LimitTests/aBatchGoesOnWithTheThreadsItGets"),
      Row(
        fault: "SIGTERM to a batch that waits for a lock or a file",
        expected: "75 within seconds; the next run goes on",
        test: "LimitTests/aBatchEndsWhenItIsTold"),
    ]
    rows.append(
      Row(
        fault: "stdin closed, a folder, open for writing only", expected: "75, nothing written",
        test: "LimitTests/whatCannotBeReadIsHandedBack"))
    return rows + archive + others
  }

  /// What stands in the way of `archive`, or ends it.
  private static var archive: [Row] {
    let completed = "the next run completes it: the files of one that is made at once"
    return [
      Row(
        fault: "SIGKILL at each kind of call of `archive` that changes the folder",
        expected: completed + ", nothing of what was withdrawn",
        test: "ArchiveStepTests/killedAnywhereTheNextRunCompletesIt"),
      Row(
        fault: "SIGKILL while an archive is made for the first time", expected: completed,
        test: "ArchiveStepTests/killedWhileItIsMadeTheNextRunCompletesIt"),
      Row(
        fault: "SIGKILL while an archive is made anew for another reader",
        expected: "nothing of the other reader's is left after the next run",
        test: "ArchiveFolderTests/killedWhileItsReaderChangesItIsMadeForTheNextOne"),
    ]
      + ArchiveStepTests.errors.map {
        Row(
          fault: "\($0) from calls of `archive` that change the folder",
          expected: "74, one line; " + completed,
          test: "ArchiveStepTests/letDownAnywhereItSaysSoAndTheNextRunCompletesIt")
      } + [
        Row(
          fault: "a link in the place of a folder of an archive",
          expected: "77; all other files are written and taken away",
          test: "ArchiveFolderTests/anObstacleKeepsOnlyWhatItStandsBefore"),
        Row(
          fault: "a folder in the place of a file of an archive",
          expected: "74; all other files are written and taken away",
          test: "ArchiveFolderTests/aFolderInThePlaceOfAFileKeepsOnlyThatFile"),
        Row(
          fault:
            "the lock of an archive, or its folder for what is not whole yet, is somebody else's",
          expected: "77, nothing is written",
          test: "ArchiveFolderTests/whatSomebodyElseMadeThereIsNotUsed"),
        Row(
          fault: "folders of a file server in each folder of an archive",
          expected: "what was withdrawn goes all the same",
          test: "ArchiveFolderTests/aFolderOfAFileServerKeepsNothingThere"),
        Row(
          fault: "the lock of an archive held", expected: "75, nothing is changed",
          test: "ArchiveFolderTests/aRunThatMustWaitChangesNothing"),
        Row(
          fault: "a place that others use, for an archive: "
            + ArchiveFolderTests.refusedPlaces.map { "`\($0)`" }.joined(separator: ", "),
          expected: "73, nothing is written",
          test: "ArchiveFolderTests/aFolderThatOthersUseIsRefused"),
      ]
  }

  private static let others = [
    Row(
      fault: "store on a network file system",
      expected: "not used; same bytes, status 0, waits",
      test: "UnsafePlaceTests/aStoreOnANetworkFileSystemIsNotUsed"),
    Row(
      fault: "store that was used before and is not there, its disk not mounted",
      expected: "none is made; same bytes, status 0, waits; `--strict`: 75",
      test: "GoneStoreTests/theMessageWaitsUntilItIsBack"),
    Row(
      fault: "no note of used stores can be read or written",
      expected: "same bytes, status 0, tracked",
      test: "GoneStoreTests/aNoteThatCannotBeReadOrWrittenHindersNothing"),
    Row(
      fault: "store that somebody tampered with", expected: "same bytes, status 0",
      test: "UnsafePlaceTests/aTamperedStoreTakesNothing"),
    Row(
      fault: "large store of an older version", expected: "same bytes, status 0, waits",
      test: "VerifyTests/aLargeOldStoreWaitsForSomebodyWithTime"),
    Row(
      fault: "no room for store and spool",
      expected: "same bytes, status 0, one loud line; `--strict`: 75",
      test: "FailuresTests/nothingToWriteToIsSaidLoudly"),
    Row(
      fault: "a waiting message that never comes in", expected: "the others do",
      test: "FailuresTests/aPoisonousMessageBlocksNoOther"),
    Row(
      fault: "the lock of the spool's numbers held by somebody stopped",
      expected: "same bytes, status 0, waits, `retry` tracks",
      test: "SpoolTests/aMessageIsKeptWithoutANumberWhereNoneCanBeHad"),
    Row(
      fault: "a foreign file in the spool, an entry for another organization",
      expected: "private mail leaves nothing",
      test: "SpoolTests/privateMailWaitsForNothingThatItDoesNotName"),
    Row(
      fault: "a reply that lies before its parent in the spool", expected: "both tracked",
      test: "SpoolTests/aReplyWaitsForWhatItNamesWhateverTheClockAndTheFolder"),
    Row(
      fault: "waiting messages that name each other in a circle", expected: "all are decided",
      test: "SpoolTests/aCircleOfRepliesIsDecided"),
    Row(
      fault: "little memory", expected: "same bytes, status 0",
      test: "FailureTests/littleMemoryPassesTheMessage"),
    Row(
      fault: "power cut after the first message", expected: "the copy is there",
      test: "PowerCutTests/theFirstCopySurvives"),
    Row(
      fault: "power cut after status 0, torn writes", expected: "the copy is there",
      test: "PowerCutTests/aCopySurvivesWhateverElseOfTheRunDoes"),
    Row(
      fault: "power cut after the log was brought into the store", expected: "all copies are there",
      test: "PowerCutTests/aCopySurvivesWhereTheLogIsBroughtIntoTheStore"),
    Row(
      fault: "power cut after a message was spooled", expected: "it waits",
      test: "PowerCutTests/whatWaitsSurvives"),
    Row(
      fault: "power cut after a batch", expected: "all copies are there",
      test: "PowerCutTests/aBatchSurvives"),
    Row(
      fault: "power cut at each write, torn writes", expected: "the store opens and is whole",
      test: "PowerCutTests/theStoreOpensWheneverThePowerIsCut"),
  ]

  /// The table as it stands in the file.
  static var text: String {
    """
    # What is made to fail, and what is expected

    Made by the tests: `WRITE_FAULTS=1 swift test --filter FaultTableTests`.

    | fault | expected | test |
    |---|---|---|

    """ + rows.map { "| \($0.fault) | \($0.expected) | `\($0.test)` |\n" }.joined()
  }
}
