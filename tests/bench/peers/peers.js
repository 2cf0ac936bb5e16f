// The same redemptions, replicated by PouchDB to a pouchdb-server, and posted to it one by one as JSON.
//
//   node peers.js COUNT FOLDER
//
// Prints one line of JSON for each way: {"way", "seconds", "bytes", "requests"}, bytes in both directions.
"use strict";

const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const http = require("node:http");
const net = require("node:net");
const path = require("node:path");
const PouchDB = require("pouchdb-node");

const PER_BATCH = 200;
const [count, folder] = [Number(process.argv[2]), process.argv[3]];

main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});

async function main() {
  const serverPort = await freePort();
  const server = spawn(
    process.execPath,
    [
      require.resolve("pouchdb-server/bin/pouchdb-server"),
      ...["--port", serverPort, "--host", "127.0.0.1", "--dir", path.join(folder, "server")],
      ...["--config", path.join(folder, "config.json"), "--no-stdout-logs"],
    ],
    { cwd: folder, stdio: "ignore" },
  );
  try {
    await untilItAnswers(serverPort);
    const meter = await startMeter(serverPort);
    await replicate(meter);
    await postOneByOne(meter);
  } finally {
    server.kill();
  }
  process.exit(0);
}

async function replicate(meter) {
  const local = new PouchDB(path.join(folder, "desk"));
  const documents = redemptions();
  for (let first = 0; first < documents.length; first += 1000) {
    await local.bulkDocs(documents.slice(first, first + 1000));
  }
  const remote = `http://127.0.0.1:${meter.port}/replicated`;
  await measure("replicated by PouchDB", meter, async () => {
    const done = await local.replicate.to(remote, { batch_size: PER_BATCH });
    if (done.docs_written !== count) throw new Error(`${done.docs_written} were written`);
  });
}

async function postOneByOne(meter) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const to = { agent, host: "127.0.0.1", port: meter.port };
  await request({ ...to, method: "PUT", path: "/posted" });
  await measure("posted one by one as JSON", meter, async () => {
    for (const document of redemptions()) {
      const headers = { "content-type": "application/json" };
      await request({ ...to, method: "POST", path: "/posted", headers }, JSON.stringify(document));
    }
  });
  agent.destroy();
}

async function measure(way, meter, act) {
  meter.bytes = 0;
  meter.requests = 0;
  const started = process.hrtime.bigint();
  await act();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(JSON.stringify({ way, seconds, bytes: meter.bytes, requests: meter.requests }));
}

// What an application keeps that gives each thing a random name.
function redemptions() {
  const [device, site] = [randomUUID(), randomUUID()];
  let workshop = randomUUID();
  return Array.from({ length: count }, (_, number) => {
    if (number % 8 === 0) workshop = randomUUID();
    return {
      _id: randomUUID(),
      device_id: device,
      site_id: site,
      workshop_id: workshop,
      pass: `04${String(1 + Math.floor(number / 10)).padStart(7, "0")}${String(1 + (number % 10)).padStart(2, "0")}`,
      redeemed_at: "2026-11-19T14:00:00+01:00",
    };
  });
}

// Forwards to the server, and counts what passes.
async function startMeter(to) {
  const meter = { bytes: 0, requests: 0, port: 0 };
  const listener = net.createServer((near) => {
    const far = net.connect(to, "127.0.0.1");
    near.on("data", (chunk) => (meter.bytes += chunk.length));
    far.on("data", (chunk) => {
      meter.bytes += chunk.length;
      meter.requests += chunk.toString("latin1").split(/HTTP\/1\.1 \d{3} /).length - 1;
    });
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => { near.destroy(); far.destroy(); });
  });
  meter.port = await listening(listener);
  return meter;
}

async function freePort() {
  const listener = net.createServer();
  const port = await listening(listener);
  await new Promise((done) => listener.close(done));
  return port;
}

function listening(listener) {
  return new Promise((done) => listener.listen(0, "127.0.0.1", () => done(listener.address().port)));
}

async function untilItAnswers(port) {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      return await request({ host: "127.0.0.1", port, path: "/" });
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  throw new Error("pouchdb-server does not answer");
}

function request(options, body) {
  return new Promise((done, fail) => {
    const asked = http.request(options, (answer) => {
      answer.resume();
      answer.on("end", () =>
        answer.statusCode < 300 ? done() : fail(new Error(`${options.path}: ${answer.statusCode}`)),
      );
    });
    asked.on("error", fail);
    asked.end(body);
  });
}
