// Calls a node with nothing but the public protos: node client.js HOST:PORT PROTO_FOLDER
'use strict';
const assert = require('node:assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, protos] = process.argv.slice(2);
const definition = loader.loadSync(['cairn/v1/kv.proto', 'cairn/v1/cluster.proto'], {
  includeDirs: [protos],
  longs: Number,
  enums: String,
});
const { cairn } = grpc.loadPackageDefinition(definition);
const kv = new cairn.v1.Kv(address, grpc.credentials.createInsecure());
const cluster = new cairn.v1.Cluster(address, grpc.credentials.createInsecure());

function call(client, method, request) {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 20000;
    client[method](request, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

function scan(request) {
  return new Promise((resolve, reject) => {
    const entries = [];
    const stream = kv.Scan(request, { deadline: Date.now() + 20000 });
    stream.on('data', (chunk) => entries.push(...(chunk.entries || [])));
    stream.on('error', reject);
    stream.on('end', () => resolve(entries));
  });
}

async function main() {
  const put = await call(kv, 'Put', {
    key: Buffer.from('from-node'),
    value: Buffer.from('grüße'),
    consistency: 'CONSISTENCY_STRONG',
  });
  assert(put.version > 0);
  for (let i = 0; i < 100; i++) {
    await call(kv, 'Put', { key: Buffer.from([0, i]), value: Buffer.from([255, i]) });
  }

  const got = await call(kv, 'Get', { key: Buffer.from('from-node') });
  assert.strictEqual(got.value.data.toString(), 'grüße');
  assert.strictEqual(got.value.version, put.version);
  const none = await call(kv, 'Get', { key: Buffer.from('none') });
  assert(!none.value);

  const entries = await scan({ range: { prefix: Buffer.from([0]) } });
  assert.strictEqual(entries.length, 100);
  entries.forEach((entry, i) => {
    assert.deepStrictEqual(entry.key, Buffer.from([0, i]));
    assert.deepStrictEqual(entry.value.data, Buffer.from([255, i]));
  });

  await assert.rejects(call(kv, 'Get', { key: Buffer.alloc(0) }), (error) => {
    assert.strictEqual(error.code, grpc.status.INVALID_ARGUMENT);
    return true;
  });
  const status = await call(cluster, 'Status', {});
  assert.strictEqual(status.health, 'NODE_HEALTH_SERVING');
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
