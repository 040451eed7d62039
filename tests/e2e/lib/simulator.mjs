// The simulated Azure as a child process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root, simulator } from "./places.mjs";

/**
 * Starts it with `folder` for its state.
 * @param {{folder: string, timeScale?: number, scenario?: string}} options
 */
export async function startSimulator({ folder, timeScale = 1, scenario = "default" }) {
  const log = openSync(join(folder, "simulator.log"), "w");
  const process = spawn(
    simulator,
    ["up", "--state", join(folder, "azure"), "--time-scale", String(timeScale), "--scenario", scenario],
    { cwd: root, stdio: ["ignore", "pipe", log] },
  );
  const exited = once(process, "exit");
  let stopping = false;
  void exited.then(([code, signal]) => {
    // With 0 where Ctrl+C has reached it, too.
    if (!stopping && code !== 0) console.error(`azure-sim ended by itself: ${signal ?? code}\n${readFileSync(join(folder, "simulator.log"), "utf8")}`);
  });
  const lines = createInterface({ input: process.stdout });
  const line = await Promise.race([
    once(lines, "line").then(([line]) => line),
    exited.then(([code]) => {
      throw new Error(`azure-sim ended with ${code}: ${readFileSync(join(folder, "simulator.log"), "utf8")}`);
    }),
    after(120_000).then(() => {
      process.kill("SIGKILL");
      throw new Error("azure-sim did not get ready in 2 min");
    }),
  ]);
  const endpoints = JSON.parse(line);
  const ca = readFileSync(endpoints.ca, "utf8");

  /** Asks the simulator itself; resolves with the JSON answer. @param {string} method @param {string} path */
  async function control(method, path, body) {
    const call = request(new URL(`/__sim/${path}`, endpoints.resourceManager), {
      method, ca, headers: { "content-type": "application/json" },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(call, "response");
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (response.statusCode >= 300) throw new Error(`${method} /__sim/${path}: ${response.statusCode} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  return {
    ...endpoints,
    control,
    /** Ends it, by force where it does not hear. */
    async stop() {
      stopping = true;
      process.kill("SIGTERM");
      if ((await Promise.race([exited, after(10_000).then(() => "late")])) === "late") {
        process.kill("SIGKILL");
        throw new Error("azure-sim did not end 10 s after SIGTERM");
      }
    },
  };
}

/** Resolves later, without keeping the process alive. @param {number} ms */
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());
