/// What a person should know before mail is tracked; the manual page has it, too.
enum PrivacyNotice {
  /// In lines of at most 78 columns.
  static let text = """
    What is asked. For each message that your rules do not ignore, an organization
    is asked with three things: the sender, the recipients and the subject. By
    default it is not asked at all about mail that is marked private, sent by
    programs, sent to many, among colleagues, or marked as spam.

    What is kept. Only where the organization says yes, or a rule or you yourself
    say "track", a copy of the whole message goes into its store, with who took
    part, when and why. Of other mail nothing is kept, unless an administrator
    turns 'log-refused' on: then the three things are. Mail that cannot be decided
    about yet waits in the spool, which is yours alone.

    Elsewhere. An organization that is not on this machine, as in Dynamics 365, is
    told the Message-ID, too. All mail that your rules leave to it waits in the
    spool until 'sync' has asked, what it refuses included. What it accepts is
    kept twice: there, where its own roles say who sees it, and here. 'untrack'
    deletes both. 'org disconnect' keeps all mail from it from then on.

    Who sees it. You, and everybody who may read the organization's mail: users
    with the privilege 'read-organization', which members and readers have unless
    an administrator takes it away. Whoever may open the store's file can read all
    of it: the permissions of the file keep others out, not these privileges.

    How to stop. 'untrack' takes a message of yours back, with --conversation what
    answers it, too. 'org synchronize --none' stops it all; a rule with the action
    "ignore" stops it for some mail. 'forget' deletes all that is kept of a person.
    The messages in your mailbox are never touched.
    """
}
