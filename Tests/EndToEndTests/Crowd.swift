import Foundation

/// Many filters at once, while `list`, `search`, `batch`, `prune` and `backup` run beside them.
struct Crowd {
  /// How many messages come through filters.
  var filters: Int
  /// How many filters run at once.
  var atOnce: Int
  /// How many messages lie in a Maildir, for the batch.
  var files: Int

  /// Runs.
  ///
  /// What it prints failed. The times of the filters, in milliseconds, go to the file `times`.
  ///
  /// - Returns: What the shell gave.
  /// - Throws: Where it cannot be run.
  func run(in place: Place) throws -> Program.Result {
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    return try place.shell(
      #"""
      mail() {
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\nSubject: %s\n\nx\n' $1 $1
      }
      one() {
        mail $1 > m$1
        start=$(date +%s%N)
        "$F" < m$1 2>> errors | cmp - m$1 || echo damaged $1
        [ "${PIPESTATUS[0]}" = 0 ] || echo failed $1
        echo $((($(date +%s%N) - start) / 1000000)) >> times
        rm m$1
      }
      export -f mail one
      mkdir -p box/new box/cur box/tmp
      for n in $(seq \#(files)); do mail b$n > box/new/$n.b.c; done
      { "$F" batch box > /dev/null || echo no batch; } & batch=$!
      (
        while [ ! -e done ]; do
          "$F" list > /dev/null || echo no list
          "$F" search subject:1 > /dev/null || echo no search
          # 75: a reader kept the log from being emptied; nothing was to be deleted.
          "$F" prune --before 3650d --yes > /dev/null 2>&1; case $? in 0|75) ;; *) echo no prune ;; esac
          rm -f kept; "$F" backup kept > /dev/null || echo no backup
        done
      ) & beside=$!
      seq \#(filters) | xargs -P \#(atOnce) -I % bash -c 'one %'
      wait $batch; touch done; wait $beside
      cat errors
      """#)
  }
}
