// Reads all operations of a collector with the standard library alone:
//
//	node - URL KEY number < sync.js
'use strict';

const http = require('node:http');

const [target, key] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function get(query) {
  return new Promise((resolve, reject) => {
    http.get(`${target}?${query}`, { agent }, (response) => {
      const chunks = [];
      response.on('error', reject);
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`status ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}

// An id may come as a number above 2^53, which JSON.parse rounds, and a walk from
// a rounded cursor repeats or skips operations: the digits are cut from the text.
function lastCursor(text) {
  const at = text.lastIndexOf('"operation_create_id":');
  return /\d+/.exec(text.slice(at + '"operation_create_id":'.length))[0];
}

async function main() {
  const begun = process.hrtime.bigint();
  let operations = 0;
  for (let cursor = ''; ;) {
    const query = new URLSearchParams({ apikey: key, count: '100', descending: 'false' });
    if (cursor) query.set('from_operation_create_id', cursor);
    const text = (await get(query)).toString();
    const page = JSON.parse(text);
    if (page.length === 0) break;
    for (const row of page) if (row.operation_id) operations++;
    cursor = lastCursor(text);
  }
  agent.destroy();
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(JSON.stringify({ operations, seconds }));
}

main().catch((err) => {
  console.error(err);
  process.exitCode = 1;
});
