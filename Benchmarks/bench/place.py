"""A folder with profiles, stores and mail for the filter."""
import os
import subprocess

BODY = "A line of the message, as long as such lines are.\n" * 115

RULE = '[[rule]]\nname = "f"\nfrom = "@fabrikam.example"\naction = "track"\n'
IGNORE = '[[rule]]\nname = "all"\ndirection = "incoming"\naction = "ignore"\n'


class Place:
    """A profile with a store of its own, and the filter that uses them."""

    def __init__(self, program, folder, name, rules=RULE):
        self.program = program
        self.folder = folder
        self.name = name
        self.store = f"{folder}/{name}.sqlite"
        self.profile = f"{folder}/{name}.toml"
        with open(self.profile, "w") as profile:
            profile.write(
                'synchronizing = "c"\n[[mailbox]]\nowner = "dana@contoso.example"\n'
                f'[[organization]]\nname = "c"\nurl = "sqlite:{self.store}"\n' + rules)
        self.command = [
            program, "--profile", self.profile, "--spool", f"{folder}/{name}.spool"]

    def mail(self, number, domain="fabrikam.example", body=BODY):
        """A message that no other is like, 6 KB: its file."""
        path = f"{self.folder}/{self.name}.eml"
        write_message(path, f"{self.name}{number}", domain, body)
        return path

    def other_mail(self, number):
        """The same from somebody whom no rule names."""
        return self.mail(number, "other.example")

    def tool(self, *arguments):
        """Runs one of the other commands."""
        subprocess.run(
            [self.program, *arguments, "--profile", self.profile], check=True,
            stdout=subprocess.DEVNULL)

    def remove(self):
        """Takes the store away."""
        for suffix in ("", "-wal", "-shm", ".lock"):
            if os.path.exists(self.store + suffix):
                os.remove(self.store + suffix)


def write_message(path, name, domain="fabrikam.example", body=BODY, sender=None, to="dana@contoso.example"):
    with open(path, "w") as mail:
        mail.write(
            f"Message-ID: <{name}@x.example>\nDate: Mon, 2 Nov 2026 10:14:05 +0100\n"
            f"From: {sender or name + '@' + domain}\nTo: {to}\nSubject: Offer {name}\n\n" + body)
