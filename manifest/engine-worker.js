// The capture engine in a Worker: reads what the engine wants, posts what it tells. It looks into no message.
//
// page → worker: { file | size } opens; { ask } a line of text; { read, bytes } answers `want`.
// worker → page: { tell } a JSON text, with `file` where one was exported; { want: { read, start, end } } bytes of
//                a capture that the page brings (from the helper); { broken } the engine failed.

import init, { Engine } from "./wasm_core.js";

const ready = init({ module_or_path: "wasm_core_bg.wasm" });
// Whoever opens a capture hears of it.
ready.catch(() => {});
/** What the engine reads first of a file that is not packed. */
const FIRST = [[0, 0x10000], [0x10000, 0x210000], [0x210000, 0x410000], [0x410000, 0x610000]];
let engine, source, running = false;
let spilled = [], plain, output = [];
const wanted = new Map();

/** Bytes that the page brings, by the number of the read. */
const fromPage = (read, start, end) =>
  new Promise((resolve, reject) => {
    wanted.set(read, { resolve, reject });
    postMessage({ want: { read, start, end } });
  });

/** Bytes of a file of this computer. The first reads are begun while the engine is still being loaded. */
const fromFile = (file) => {
  const read = (start, end) => file.slice(start, end).arrayBuffer();
  const early = new Map(FIRST.map(([start, end]) => {
    const bytes = read(start, end);
    bytes.catch(() => {});
    return [`${start} ${Math.min(end, file.size)}`, bytes];
  }));
  return (_, start, end) => {
    const bytes = early.get(`${start} ${end}`);
    early.delete(`${start} ${end}`);
    return bytes ?? read(start, end);
  };
};

const bytesOf = ([ticket, start, end, raw]) => {
  if (raw || spilled.length === 0) return source(ticket, start, end);
  plain ??= new Blob(spilled);
  return plain.slice(start, end).arrayBuffer();
};

/** Posts what there is to tell and keeps what was unpacked or exported outside of the engine's memory. */
const flush = () => {
  const unpacked = engine.spilled();
  if (unpacked.length > 0) {
    spilled.push(new Blob([unpacked]));
    // Few blobs of blobs: making one of thousands takes long.
    if (spilled.length > 64) spilled = [new Blob(spilled)];
    plain = undefined;
  }
  if (engine.outputBegins()) output = [];
  const written = engine.output();
  if (written.length > 0) output.push(new Blob([written]));
  for (const tell of engine.tells()) {
    const exported = tell.startsWith('{"exported"');
    postMessage(exported ? { tell, file: new Blob(output) } : { tell });
    if (exported) output = [];
  }
};

const run = async () => {
  if (running) return;
  running = true;
  const reads = [];
  for (;;) {
    for (let read = engine.nextRead(); read.length > 0; read = engine.nextRead()) {
      const bytes = bytesOf(read);
      // Looked at when its turn comes; a failure before that is no unhandled one.
      bytes.catch(() => {});
      reads.push({ ticket: read[0], bytes });
    }
    flush();
    if (reads.length === 0) break;
    const { ticket, bytes } = reads.shift();
    let arrived;
    try {
      arrived = new Uint8Array(await bytes);
    } catch {
      engine.fail(ticket);
      continue;
    }
    engine.take(ticket, arrived);
    flush();
  }
  running = false;
};

const guarded = async (work) => {
  try {
    await ready;
    await work();
  } catch (error) {
    postMessage({ broken: String(error) });
  }
};

onmessage = ({ data }) => {
  if ("read" in data) {
    const waiting = wanted.get(data.read);
    wanted.delete(data.read);
    if (data.bytes) waiting?.resolve(data.bytes);
    else waiting?.reject();
    return;
  }
  if (!("ask" in data)) source = data.file ? fromFile(data.file) : fromPage;
  guarded(() => {
    if ("ask" in data) {
      engine.ask(data.ask);
    } else {
      engine = new Engine(data.file ? data.file.size : data.size);
    }
    return run();
  });
};
