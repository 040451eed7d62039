// Reads a file of this computer for the engine, in a thread of its own: browsers hand bytes over in the thread that
// asks for them, and the engine's is busy with those that came before. Not in Firefox: see engine-worker.js.
//
// engine → reader: { file }, then { want: { read, start, end } }.
// reader → engine: { read, bytes }, without bytes where they could not be read.

let file;

onmessage = async ({ data }) => {
  if (data.file) {
    file = data.file;
    return;
  }
  const { read, start, end } = data.want;
  try {
    const bytes = await file.slice(start, end).arrayBuffer();
    postMessage({ read, bytes }, [bytes]);
  } catch {
    postMessage({ read });
  }
};
