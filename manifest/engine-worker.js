// The capture engine in a Worker: reads what the engine wants, posts what it tells. It looks into no message.
//
// page → worker: { file | size } opens; { ask } a line of text; { read, bytes } answers `want`.
// worker → page: { ready } the engine is loaded and warm; { tell } a JSON text, with `file` where one was exported;
//                { want: { read, start, end } } bytes of a capture that the page brings (from the helper);
//                { broken } the engine failed.

import init, { Engine } from "./wasm_core.js";
import { sample } from "./warm-up.js";

const ready = init({ module_or_path: "wasm_core_bg.wasm" });
/** What the engine reads first of a file that is not packed. */
const [HEAD, PIECE] = [64 << 10, 2 << 20];
const FIRST = [[0, HEAD], ...Array.from({ length: 5 }, (_, at) => [HEAD + at * PIECE, HEAD + (at + 1) * PIECE])];
let engine, source, running = false;
let spilled = [], plain, output = [];
const wanted = new Map();
let asked = 0;

/** Bytes that another thread brings: the page's, or the one that reads files. */
const from = (thread) => (start, end) =>
  new Promise((resolve, reject) => {
    asked += 1;
    wanted.set(asked, { resolve, reject });
    thread.postMessage({ want: { read: asked, start, end } });
  });

const brought = ({ read, bytes }) => {
  const waiting = wanted.get(read);
  wanted.delete(read);
  if (bytes) waiting?.resolve(bytes);
  else waiting?.reject();
};

// Firefox (ESR 153) now and then never comes back from making a Worker in a Worker: there, this thread reads by itself.
const reader = navigator.userAgent.includes("Firefox/") ? undefined : new Worker("reader-worker.js");
if (reader) reader.onmessage = ({ data }) => brought(data);

/** Bytes of a file of this computer. The first reads are begun while the engine is still being loaded. */
const fromFile = (file) => {
  reader?.postMessage({ file });
  const read = reader ? from(reader) : (start, end) => file.slice(start, end).arrayBuffer();
  const early = new Map(FIRST.filter(([start]) => start < file.size).map(([start, to]) => {
    const end = Math.min(to, file.size);
    const bytes = read(start, end);
    bytes.catch(() => {});
    return [`${start} ${end}`, bytes];
  }));
  return (start, end) => {
    const bytes = early.get(`${start} ${end}`);
    early.delete(`${start} ${end}`);
    return bytes ?? read(start, end);
  };
};

const bytesOf = ([, start, end, raw]) => {
  if (raw || spilled.length === 0) return source(start, end);
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

/** Lets the engine run while there is no file; ends when one comes. */
const warmUp = async () => {
  if (source) return;
  const bytes = sample(4 << 20);
  const idle = new Engine(bytes.length);
  for (let read = idle.nextRead(); read.length > 0 && !source; read = idle.nextRead()) {
    idle.take(read[0], bytes.subarray(read[1], read[2]));
    idle.tells();
    await new Promise((resume) => setTimeout(resume));
  }
  idle.free();
};
// Whoever opens a capture hears of a failure.
ready.then(warmUp).then(() => postMessage({ ready: true }), () => {});

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
    brought(data);
    return;
  }
  if (!("ask" in data)) source = data.file ? fromFile(data.file) : from(globalThis);
  guarded(() => {
    if ("ask" in data) {
      engine.ask(data.ask);
    } else {
      engine = new Engine(data.file ? data.file.size : data.size);
    }
    return run();
  });
};
