// Everything that an end-to-end test needs, in a folder of its own, and its end without a trace: the simulated Azure,
// a browser with the extension, the helper registered for that browser alone.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser } from "./browser.mjs";
import * as places from "./places.mjs";
import { eventually } from "./patience.mjs";
import { startProxy } from "./proxy.mjs";
import { startSimulator } from "./simulator.mjs";
import { Surface } from "./surface.mjs";

/** The folder of programs, below a world's own, that its helper looks into first. */
const PROGRAMS = "programs";

/** How each world that is there now ends. Whatever ends this process ends them, too. @type {Set<() => Promise<void>>} */
const worlds = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => void Promise.allSettled([...worlds].map((stop) => stop())).finally(() => process.exit(130)));
}

/**
 * @param {"chromium" | "firefox"} kind
 * @param {{timeScale?: number, scenario?: string, headless?: boolean, language?: "en" | "ja", theme?: "light" | "dark",
 *   helper?: boolean, principal?: string | null, network?: object, extension?: string, system?: string[],
 *   choice?: "light" | "dark" | "high-contrast", scale?: number}} options
 *   `helper: false`: it is not registered with the browser. `principal`: client id of who is signed in, `null` for nobody. `extension`: another folder than dist's.
 *   `system`: wishes of SYSTEM in browser.mjs (Chromium). `choice`: the person's own, instead of the portal's theme. `scale`: pixels of the screen for one of CSS.
 */
export async function startWorld(kind, options = {}) {
  const { headless = true, language = "en", theme = "light", helper = true, principal, timeScale = 10 } = options;
  const folder = mkdtempSync(join(tmpdir(), `vmss-capture-${kind}-`));
  /** @type {(() => Promise<unknown> | void)[]} */
  const endings = [() => rmSync(folder, { recursive: true, force: true })];
  /** @type {Promise<void> | undefined} */
  let stopped;
  const stop = () => (stopped ??= end(endings).finally(() => worlds.delete(stop)));
  worlds.add(stop);
  try {
    const sim = await startSimulator({ folder, timeScale, scenario: options.scenario });
    endings.push(sim.stop);
    const proxy = await startProxy({ "portal.azure.com": Number(new URL(sim.portal).port) });
    endings.push(proxy.stop);

    const downloads = join(folder, "downloads");
    const config = join(folder, "config.toml");
    mkdirSync(downloads);
    writeFileSync(config, configuration(folder, downloads, sim, options.network));
    const start = () => startBrowser(kind, {
      folder: join(folder, "browser"),
      proxy: proxy.port,
      helper: places.helper,
      registered: helper,
      headless,
      extension: options.extension,
      language,
      system: options.system,
      scale: options.scale,
      env: environment(folder, config, sim, principal),
    });
    const world = new World({ kind, folder, choice: options.choice, helper: places.helper, downloads, timeScale, language, theme, sim, browser: await start(), start, stop });
    endings.push(() => world.ended(), () => world.browser.close());
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The helper's configuration: a throw-away profile whose portal belongs to the simulated cloud. */
function configuration(folder, downloads, sim, network = {}) {
  const settings = { poll_seconds: 0.2, retry_delay_seconds: 0.1, timeout_seconds: 20, ...network };
  return [
    `downloads = '${downloads}'`, `logs = '${join(folder, "logs")}'`, `state = '${join(folder, "state")}'`,
    "keychain = false",
    "[network]", ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    "[portals]", "'portal.azure.com' = 'sim'",
    "[clouds.sim]", `resource_manager = '${sim.resourceManager}'`, `ca_file = '${sim.ca}'`,
  ].join("\n");
}

function environment(folder, config, sim, principal = sim.clientId) {
  const signedIn = principal === null ? {} : {
    AZURE_TENANT_ID: sim.tenant, AZURE_CLIENT_ID: principal, AZURE_CLIENT_SECRET: sim.clientSecret,
  };
  // No az, no settings, no desktop and no proxy of whoever runs the tests.
  return {
    ...signedIn, VMSS_CAPTURE_CONFIG: config, HOME: folder, AZURE_CONFIG_DIR: join(folder, "az"),
    PATH: `${join(folder, PROGRAMS)}:/usr/bin:/bin`, HTTPS_PROXY: "", HTTP_PROXY: "", ALL_PROXY: "",
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
  };
}

export class World {
  /** Ends everything and removes the folder; once, however often it is asked for. @type {() => Promise<void>} */
  stop;

  /** What browsers complained of, on the portal's page and in the extension's. @type {string[]} */
  problems = [];

  constructor(parts) {
    Object.assign(this, parts);
  }

  /** A portal address that names a resource, in the world's language and theme. @param {string} id */
  address(id = this.sim.scaleSet, blade = "overview") {
    const look = new URLSearchParams({ l: this.language, theme: this.theme });
    return `https://portal.azure.com/?${look}#@contoso.onmicrosoft.com/resource${id}/${blade}`;
  }

  /** Opens a tab on the portal. */
  async open(url = this.address()) {
    const page = await this.browser.browser.newPage();
    page.on("console", (message) => {
      const text = `${message.type()}: ${message.text()}`;
      if (message.type() === "error" || /Content.Security.Policy/i.test(text)) this.problems.push(text);
    });
    page.on("pageerror", (error) => this.problems.push(`exception: ${error?.stack ?? error}`));
    if (this.choice) {
      await page.evaluateOnNewDocument((choice) => {
        if (location.protocol === "chrome-extension:") localStorage.setItem("theme", choice);
      }, this.choice);
    }
    await page.goto(url, { waitUntil: "load" });
    return page;
  }

  /** The panel on a tab. */
  panel(page) {
    return new Surface(page, "panel", this.problems);
  }

  /** Opens a page of the extension in a tab of its own. */
  async openOwn(name, kind = name) {
    const portal = await this.open();
    const origin = await this.panel(portal).until("the panel", () => location.origin);
    const page = this.kind === "firefox" ? await this.openByHand(portal, name) : await this.open(`${origin}/${name}.html`);
    await portal.close();
    return new Surface(page, kind, this.problems);
  }

  /** Firefox lets no driver navigate to an extension's page, so a link of the panel has to lead there. */
  async openByHand(portal, name) {
    const panel = this.panel(portal);
    await panel.click("launcher");
    await panel.click("open-settings");
    return this.newTab(() => panel.click(`open-${name}`));
  }

  /** The tab that `act` opens. @param {() => Promise<void>} act */
  async newTab(act) {
    const before = await this.browser.browser.pages();
    await act();
    return eventually("a new tab", async () => (await this.browser.browser.pages()).find((page) => !before.includes(page)));
  }

  /** The page of the extension that `act` opens in a tab of its own. @param {string} kind @param {() => Promise<void>} act */
  async opened(kind, act) {
    const page = await this.newTab(act);
    await page.bringToFront();
    return new Surface(page, kind, this.problems);
  }

  /** Process ids of the helpers that this world's browser started. */
  helpers() {
    return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`VMSS_CAPTURE_CONFIG=${this.folder}/`) &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(this.helper);
      } catch {
        return false; // it is just ending
      }
    }).map(Number);
  }

  /** Until the helpers have ended with their browser: they write into the world's folder. */
  ended() {
    return eventually("the helpers to end with their browser", () => this.helpers().length === 0);
  }

  async restartBrowser() {
    await this.browser.close();
    this.browser = await this.start();
  }

  /** Until every agent of a running capture has seen the recorded traffic, which lasts less than 20 s. */
  async captured() {
    const running = async () => {
      const { captures } = await this.sim.control("GET", "state");
      return captures.some((capture) => capture.packetCaptureStatus === "Running");
    };
    await eventually("a running capture", running);
    await new Promise((resolve) => setTimeout(resolve, 20_000 / this.timeScale));
  }

  /** Finished downloads, as paths. */
  downloaded() {
    return readdirSync(this.downloads, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(cap|pcap)$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  }

  /**
   * Puts a program where the helper finds it. The returned function resolves with the arguments of its latest start.
   * @param {string} name
   */
  standIn(name) {
    const folder = join(this.folder, PROGRAMS);
    const told = join(this.folder, `${name}.arguments`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\0' "$@" >'${told}.part' && mv '${told}.part' '${told}'\n`);
    chmodSync(join(folder, name), 0o755);
    return async () => {
      const given = await eventually(`${name} to be started`, () => existsSync(told) && readFileSync(told, "utf8"));
      rmSync(told);
      return given.split("\0").slice(0, -1);
    };
  }

  /** Everything that the helper logged. */
  logs() {
    const logs = join(this.folder, "logs");
    return readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8")).join("");
  }
}

/** Runs all endings, the last first, also where one fails. */
async function end(endings) {
  const failures = [];
  for (const ending of endings.reverse()) {
    try {
      await ending();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
}
