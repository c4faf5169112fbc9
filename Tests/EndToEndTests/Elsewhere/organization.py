#!/usr/bin/python3
"""An organization for tests, with all that can go wrong on order.

Beside it lie `copies/` (what it keeps), `requests` (what it was asked) and `faults`
(a line of JSON each: "do", "act", and perhaps "times", "subject", "skip").
"""
import json
import os
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(sys.argv[0]))
COPIES = os.path.join(FOLDER, "copies")


def write(name, value):
    with open(name + ".new", "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(name + ".new", name)


def copies():
    names = [n for n in os.listdir(COPIES) if not n.endswith(".new")]
    return {n: json.load(open(os.path.join(COPIES, n))) for n in sorted(names)}


def fault(request):
    """What is to go wrong with a request, counted down."""
    path = os.path.join(FOLDER, "faults")
    if not os.path.exists(path):
        return None
    faults = [json.loads(line) for line in open(path)]
    for one in faults:
        if one["do"] != request["do"] or one.get("times", 1) < 1:
            continue
        if one.get("subject", "") not in request.get("subject", ""):
            continue
        name = "skip" if one.get("skip", 0) else "times"
        one[name] = one.get(name, 1) - 1
        with open(path + ".new", "w") as file:
            file.writelines(json.dumps(f) + "\n" for f in faults)
        os.rename(path + ".new", path)
        if name == "times":
            return one["act"]
    return None


def decide(request):
    known = [c["message_id"] for c in copies().values()]
    subject = request["subject"]
    if request.get("message_id") in known:
        return {"decision": "refused", "code": 0, "explanation": "it is here already"}
    if "Later" in subject:
        return {"decision": "deferred", "explanation": "nobody is in"}
    sender = request.get("sender", "")
    if request.get("answers"):
        return {"decision": "accepted", "code": 2, "explanation": "it answers"}
    if request["track"] != "ask" or sender.endswith("@fabrikam.example"):
        answer = {"decision": "accepted", "code": 5, "explanation": "a customer"}
        if "Ticket" in subject:
            answer.update(owner="lee@contoso.example", regarding="ticket:7")
        return answer
    return {"decision": "refused", "code": 1, "explanation": "nobody we know"}


def deliver(request):
    path = os.path.join(COPIES, request["copy"])
    with open(request["file"], "rb") as file:
        content = file.read()
    assert os.stat(request["file"]).st_mode & 0o777 == 0o600
    assert len(content) == request["size"]
    if os.path.exists(path):
        kept = json.load(open(path))
    else:
        kept = {"stored": "c-" + request["copy"][:8], "deliveries": [],
                "message_id": request.get("message_id"), "subject": request["subject"],
                "answers": request.get("answers"), "record": request.get("record"),
                "owner": request["owner"], "size": len(content), "text": content.decode("latin-1")}
    if request["delivery"] not in kept["deliveries"]:
        kept["deliveries"].append(request["delivery"])
    write(path, kept)
    return {"stored": kept["stored"]}


def withdraw(request):
    path = os.path.join(COPIES, request["copy"])
    if os.path.exists(path) and "mailbox" not in request:
        os.unlink(path)
    return {"done": True}


def regard(request):
    path = os.path.join(COPIES, request["copy"])
    kept = json.load(open(path))
    kept["record"] = request.get("record")
    write(path, kept)
    return {"done": True}


def changes(request):
    path = os.path.join(FOLDER, "changes")
    found = [json.loads(line) for line in open(path)] if os.path.exists(path) else []
    start = int(request.get("since", "0"))
    return {"changes": found[start:start + 1], "token": str(min(start + 1, len(found))),
            "more": start + 1 < len(found)}


def hello(request):
    name = os.path.join(FOLDER, "identity")
    identity = open(name).read() if os.path.exists(name) else "tests"
    can = os.path.join(FOLDER, "can")
    return {"protocol": 1, "organization": identity, "name": "Test CRM 1", "user": "mail",
            "can": open(can).read().split() if os.path.exists(can)
            else ["withdraw", "regard", "changes"]}


def say(line):
    with open(os.path.join(FOLDER, "answers"), "a") as file:
        file.write(line + "\n")
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    os.makedirs(COPIES, exist_ok=True)
    # What lists them is one of them meanwhile.
    descriptors = [int(n) for n in sorted(os.listdir("/proc/self/fd"))
                   if os.path.exists("/proc/self/fd/" + n)]
    with open(os.path.join(FOLDER, "environment"), "w") as file:
        json.dump({"names": sorted(os.environ), "cwd": os.getcwd(), "args": sys.argv[1:],
                   "descriptors": descriptors}, file)
    for line in sys.stdin:
        request = json.loads(line)
        with open(os.path.join(FOLDER, "requests"), "a") as file:
            file.write(line)
        act = fault(request)
        number = request["request"]
        if act == "die":
            sys.exit(3)
        if act == "silent":
            time.sleep(600)
        if act == "slow":
            time.sleep(0.5)
        if act == "more":
            say(json.dumps({"request": number, "changes": [], "token": str(number), "more": True}))
            continue
        if act and act.startswith("failure:"):
            say(json.dumps({"request": number, "failure": act[8:], "explanation": "on order",
                            "retry_after": 3600}))
            continue
        answer = globals()[request["do"]](request)
        answer["request"] = number
        text = json.dumps(answer)
        if act == "die-after":
            sys.exit(3)
        elif act == "silent-after":
            time.sleep(600)
        elif act == "text":
            text = "<html>" + text
        elif act == "array":
            text = "[" + text + "]"
        elif act == "deep":
            text = "[" * 100000
        elif act == "bytes":
            sys.stdout.flush()
            os.write(1, b"\xff\xfe{}\n")
            continue
        elif act == "long":
            text = json.dumps(dict(answer, padding="x" * (2 << 20)))
        elif act == "endless":
            while True:
                sys.stdout.write("x" * 65536)
        elif act == "wrong-id":
            text = json.dumps(dict(answer, request=number + 1))
        elif act == "no-id":
            del answer["request"]
            text = json.dumps(answer)
        elif act == "empty":
            text = json.dumps({"request": number})
        elif act == "extra":
            text += "\nand more"
        elif act == "half":
            sys.stdout.write(text[:len(text) // 2])
            sys.stdout.flush()
            sys.exit(0)
        elif act == "noise":
            sys.stderr.write("noise\n" * 100000)
        say(text)


main()
