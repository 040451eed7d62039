// Chromium and Firefox behind one small interface, so that one story is told in both.

import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium, firefox, root } from "./places.mjs";

const HOST_NAME = "dev.vmss_capture.host";

/** Chromium's id of an extension: the first half of its key's SHA-256, written in a to p. */
function chromiumId(key) {
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 32);
  return [...digest].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join("");
}

/** What a person may have asked of the system, as Chromium's switches. */
const SYSTEM = { "forced-colors": "--force-high-contrast", "reduced-motion": "--force-prefers-reduced-motion" };

const KINDS = {
  chromium: {
    extension: join(root, "dist/chromium"),
    register(folder, host, manifest) {
      const allowed = `chrome-extension://${chromiumId(manifest.key)}/`;
      write(join(folder, "profile/NativeMessagingHosts"), { ...host, allowed_origins: [allowed] });
    },
    options(folder, { extension, proxy, headless, language, system, scale }) {
      return {
        browser: "chrome",
        executablePath: chromium.executablePath,
        userDataDir: join(folder, "profile"),
        pipe: true,
        enableExtensions: [extension],
        args: [
          ...chromium.args, "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-search-engine-choice-screen",
          `--lang=${language}`, `--proxy-server=http://127.0.0.1:${proxy}`, ...system.map((wish) => SYSTEM[wish]),
          // The tab's own scale does not reach frames of another origin, which would be blurred.
          ...(scale === 1 ? [] : [`--force-device-scale-factor=${scale}`]),
        ],
        acceptInsecureCerts: true,
        headless,
      };
    },
  },
  firefox: {
    extension: join(root, "dist/firefox"),
    register(folder, host, manifest) {
      const allowed = manifest.browser_specific_settings.gecko.id;
      write(join(folder, ".mozilla/native-messaging-hosts"), { ...host, allowed_extensions: [allowed] });
    },
    options(folder, { extension, proxy, headless, language }) {
      return {
        browser: "firefox",
        executablePath: firefox.executablePath,
        env: { ...process.env, HOME: folder },
        acceptInsecureCerts: true,
        headless,
        extraPrefsFirefox: {
          "network.proxy.type": 1, "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": proxy,
          "network.trr.mode": 5, "intl.accept_languages": language, "intl.locale.requested": language,
          "ui.prefersReducedMotion": 1,
        },
      };
    },
  },
};

function write(folder, host) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${host.name}.json`), JSON.stringify(host));
}

/**
 * Starts a browser with the extension in `folder`, a profile of its own.
 * @param {"chromium" | "firefox"} kind
 * @param {{folder: string, proxy: number, helper: string, env: object, registered?: boolean, headless?: boolean,
 *   language?: string, extension?: string, system?: string[], scale?: number}} options
 *   `helper` is the helper's program, `env` what it finds in its environment, `registered` whether the browser knows it
 */
export async function startBrowser(kind, { folder, proxy, helper, env, registered = true, headless = true, language = "en",
  system = [], scale = 1, extension: other }) {
  const browserKind = KINDS[kind];
  const extension = other ?? browserKind.extension;
  const manifest = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8"));
  mkdirSync(folder, { recursive: true });
  /** Makes the helper known to this browser. */
  function register() {
    const wrapper = join(folder, "helper");
    const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}\n`).join("");
    writeFileSync(wrapper, `#!/bin/sh\n${settings}exec ${quoted(helper)} "$@"\n`);
    chmodSync(wrapper, 0o755);
    browserKind.register(folder, { name: HOST_NAME, description: "vmss-capture", path: wrapper, type: "stdio" }, manifest);
  }
  if (registered) register();
  const browser = await puppeteer.launch({
    timeout: 120_000,
    protocolTimeout: 120_000,
    // A person's window is as large as the window.
    defaultViewport: headless ? { width: 1280, height: 900, deviceScaleFactor: scale } : null,
    // Signals end the whole world, the browser as a part of it (world.mjs).
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
    ...browserKind.options(folder, { extension, proxy, headless, language, system, scale }),
  });
  if (kind === "firefox") await browser.installExtension(extension);
  return { kind, browser, register, close: () => browser.close() };
}

const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
