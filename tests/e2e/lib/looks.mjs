// How the same page can look: options of startWorld by the name of the look.

export const looks = {
  "en-light": { theme: "light", language: "en" },
  "en-dark": { theme: "dark", language: "en" },
  "en-high-contrast": { choice: "high-contrast", language: "en" },
  "ja-light": { theme: "light", language: "ja" },
  "ja-dark": { theme: "dark", language: "ja" },
  // What the system forces on every page, and no motion.
  "ja-system": { system: ["forced-colors", "reduced-motion"], language: "ja" },
};

/** Slow enough that no capture ends by itself while it is looked at. */
export const AT_LEISURE = { timeScale: 3 };
