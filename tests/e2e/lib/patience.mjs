// How long something may take, and looking until it is so: nothing in these tests sleeps a fixed time.

/** Milliseconds. */
export const PATIENCE = 60_000;
/** Milliseconds between two looks. */
const PAUSE = 50;

/**
 * Looks until `look` returns something; fails after `patience` ms with what was waited for.
 * @template T
 * @param {string | (() => Promise<string>)} what for the message, as it is in the end
 * @param {() => Promise<T | undefined | false> | T | undefined | false} look
 * @returns {Promise<T>}
 */
export async function eventually(what, look, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain for ${typeof what === "string" ? what : await what()}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Fails where a promise takes longer than `ms`. */
export async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
