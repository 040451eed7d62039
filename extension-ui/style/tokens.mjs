// Writes tokens.css: Fluent's design tokens, as far as our styles and its components use them, for each theme.
// Run by hand when the pinned @fluentui/web-components changes:  node extension-ui/style/tokens.mjs NODE_MODULES
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const modules = process.argv[2];
const fluent = await import(pathToFileURL(join(modules, '@fluentui/tokens/lib/index.js')));
const { webLightTheme: light, webDarkTheme: dark, teamsHighContrastTheme: contrast } = fluent;

const used = new Set();
const collect = (text, pattern) => {
  for (const [, name] of text.matchAll(pattern)) if (name in light) used.add(name);
};
for (const file of readdirSync(here)) {
  if (file.endsWith('.css') && file !== 'tokens.css') {
    collect(readFileSync(join(here, file), 'utf8'), /var\(--([A-Za-z0-9]+)/g);
  }
}
const components = join(modules, '@fluentui/web-components/dist/esm');
for (const name of ['badge', 'button', 'progress-bar', 'spinner', 'switch', 'tab', 'tablist']) {
  for (const file of readdirSync(join(components, name))) {
    if (file.endsWith('.js')) collect(readFileSync(join(components, name, file), 'utf8'), /\b([a-z][A-Za-z0-9]+)\b/g);
  }
}

// Type is base.css's affair: it depends on the language, not on the theme.
const names = [...used].filter((name) => !name.startsWith('fontFamily')).sort();
const shared = (name) => light[name] === dark[name] && light[name] === contrast[name];
const block = (selector, theme, pick) =>
  `${selector} {\n${names.filter(pick).map((name) => `  --${name}: ${theme[name]};`).join('\n')}\n}\n`;
const different = (name) => !shared(name);
writeFileSync(
  join(here, 'tokens.css'),
  `/* Made by tokens.mjs from @fluentui/tokens (MIT, Microsoft). Do not edit. */\n` +
    block(':root', light, shared) +
    block(':root, :root[data-theme="light"]', light, different) +
    block(':root[data-theme="dark"]', dark, different) +
    block(':root[data-theme="high-contrast"]', contrast, different),
);
console.log(`${names.length} tokens`);
