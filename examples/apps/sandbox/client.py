"""Uses the five APIs of the sandbox with Python's standard library and openssl.

    go -C examples/apps run ./sandbox &
    python3 examples/apps/sandbox/client.py [http://127.0.0.1:8100]

It walks vima by cursor, makes a signed call of ecommpay, pays from a wallet, makes
a signed finik payout, and filters transactions. Each function is what a client in
any language has to do, without retries: see the packages of this module for those.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid


def main():
    page = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8100"
    apis = {api["name"]: api for api in call("GET", page + "/sandbox.json")["apis"]}
    for api in apis.values():
        api["secret"] = {c["name"]: c["value"] for c in api["credentials"]}
    vima(apis["vima"])
    ecommpay(apis["ecommpay"])
    wallet(apis["wallet"])
    finik(apis["finik"])
    transactions(apis["transactions"])


def vima(api):
    """Every operation once. A short page is not the last one: an empty one is."""
    seen, cursor, pages = set(), "0", 0
    while True:
        rows = call("GET", api["url"], query={
            "apikey": api["secret"]["apikey"], "count": 100, "descending": "false", "from_operation_create_id": cursor})
        # A cursor may be of the row before, or of the first row of this page: nobody knows.
        new = [row for row in rows if str(row["operation_id"]) not in seen]
        if not new:
            break
        pages += 1
        seen.update(str(row["operation_id"]) for row in new)
        cursor = str(max(int(row["operation_create_id"]) for row in rows))
    print(f"vima: {len(seen)} operations on {pages} pages")


def ecommpay(api):
    """One page of operations. Requests are signed, and so are answers."""
    secret = api["secret"]["secret"]
    body = {"token": api["secret"]["token"], "limit": 5, "offset": 0, "tz": "+00:00", "operation_status": ["success"]}
    body["signature"] = sign(body, secret)
    answer = call("POST", api["url"] + "/operations/get", body)
    if not hmac.compare_digest(answer["signature"], sign(answer, secret)):
        sys.exit("ecommpay: the answer is not signed by the service")
    print(f"ecommpay: {len(answer['operations'])} operations, signature right")


def sign(body, secret):
    """HMAC-SHA-512 over path:value, in natural order of the paths."""
    def leaves(value, path):
        if isinstance(value, dict):
            for key, item in value.items():
                if path or key != "signature":
                    yield from leaves(item, path + [key.replace(":", "::")])
        elif isinstance(value, list):
            for i, item in enumerate(value):
                yield from leaves(item, path + [str(i)])
        else:
            yield ":".join(path), scalar(value)

    def scalar(value):
        if value is None:
            return ""
        return str(int(value)) if isinstance(value, bool) else str(value)

    def natural(path):
        return [(0, int(part), b"") if part.isdigit() else (1, 0, part.encode()) for part in re.findall(r"\d+|\D+", path)]

    text = ";".join(path + ":" + value for path, value in sorted(leaves(body, []), key=lambda leaf: natural(leaf[0])))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha512)).decode()


def wallet(api):
    """A payment: created, executed once, read until it is at its end."""
    login = base64.b64encode(f"{api['secret']['phone']}:{api['secret']['password']}".encode()).decode()
    header = {"Authorization": "Basic " + login}
    payment = call("POST", api["url"] + "/payments", {
        "type": "p2p", "client_payment_id": str(uuid.uuid4()), "amount": 100, "destination": "+996000000002"}, header)["data"]
    payment = call("POST", f"{api['url']}/payments/{payment['id']}/pay", {}, header)["data"]
    while payment["status"] == "processing":
        payment = call("GET", f"{api['url']}/payments/{payment['id']}", header=header)["data"]
    moved = [t["amount"] for t in call("GET", api["origin"] + "/_ledger")["transfers"] if t["payment_id"] == str(payment["id"])]
    print(f"wallet: payment {payment['status']}, moved {' '.join(moved)}")


def finik(api):
    """A payout, signed by openssl. The same transactionId is paid once."""
    transaction = str(uuid.uuid4())
    with tempfile.TemporaryDirectory() as folder:
        key = os.path.join(folder, "key.pem")
        with open(key, "wb") as file:
            file.write(urllib.request.urlopen(api["origin"] + "/_key.pem").read())
        body = {
            "accountId": api["secret"]["accountId"], "fields": {"amount": "150.00", "phone": "+996000000001"},
            "service": {"id": "finik"}, "transactionId": transaction, "userId": api["secret"]["userId"]}
        text = json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        header = {"x-api-key": api["secret"]["x-api-key"], "x-api-timestamp": str(int(time.time() * 1000))}
        host = urllib.parse.urlsplit(api["url"]).netloc
        signed = "\n".join(["post", "/v2/payment", "&".join([f"host:{host}"] + [f"{k}:{v}" for k, v in sorted(header.items())]), text])
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=signed.encode(), capture_output=True, check=True).stdout
        header["signature"] = base64.b64encode(signature).decode()
        payment = call("POST", api["url"] + "/v2/payment", text, header)
    print(f"finik: payout {payment['status']}, statusCode {payment['statusCode']}")


def transactions(api):
    """A filter. Names that the service does not know would be ignored silently."""
    rows = call("GET", api["url"] + "/api/transactions", header={"Authorization": "Bearer " + api["secret"]["token"]}, query={
        "status.in": "SUCCESS", "requestAmount.greaterThan": 1000000, "sort": "id,asc", "page": 0, "size": 200})
    if any(row["status"] != "SUCCESS" or row["requestAmount"] <= 1000000 for row in rows):
        sys.exit("transactions: the filter was ignored")
    print(f"transactions: {len(rows)} rows pass the filter")


def call(method, url, body=None, header=None, query=None):
    """The JSON of an answer. A refusal raises urllib.error.HTTPError."""
    if query:
        url += "?" + urllib.parse.urlencode(query)
    if body is not None and not isinstance(body, str):
        body = json.dumps(body)
    request = urllib.request.Request(url, body and body.encode(), {"Content-Type": "application/json", **(header or {})}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
