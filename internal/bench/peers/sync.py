"""Reads all operations of a collector with the standard library alone.

python3 - URL KEY float|decimal < sync.py
"""

import http.client
import json
import sys
import time
from decimal import Decimal
from urllib.parse import urlencode, urlsplit


def main():
    target, key, mode = urlsplit(sys.argv[1]), sys.argv[2], sys.argv[3]
    parse_float = Decimal if mode == "decimal" else None
    connection = http.client.HTTPConnection(target.netloc)  # one, kept alive
    operations, cursor, begun = 0, "", time.perf_counter()
    while True:
        query = {"apikey": key, "count": "100", "descending": "false"}
        if cursor:
            query["from_operation_create_id"] = cursor
        connection.request("GET", target.path + "?" + urlencode(query))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            sys.exit(f"status {response.status}")
        page = json.loads(body, parse_float=parse_float)
        if not page:
            break
        operations += sum(1 for row in page if row["operation_id"])
        cursor = str(page[-1]["operation_create_id"])
    print(json.dumps({"operations": operations, "seconds": time.perf_counter() - begun}))


main()
