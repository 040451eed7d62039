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

// Where the system forces its own colours, our pictures take them too: the browser leaves SVG as it is.
const SYSTEM = [
  [/Overlay|BackgroundDisabled/, 'Canvas'],
  [/Disabled/, 'GrayText'],
  [/(OnBrand|Inverted)/, 'HighlightText'],
  [/Link/, 'LinkText'],
  [/(Subtle|Transparent)Background|BrandBackground2|Status\w+Background1|Neutral\w*Background/, 'Canvas'],
  [/Brand\w*(Background|Stroke)|StrokeFocus2/, 'Highlight'],
  [/StrokeFocus1/, 'Canvas'],
  [/Stencil/, 'GrayText'],
  [/Background3|Foreground|Border|Stroke/, 'CanvasText'],
];
const system = (name) => SYSTEM.find(([pattern]) => pattern.test(name))?.[1] ?? 'Canvas';
const forced = names.filter((name) => different(name) && name.startsWith('color'));
writeFileSync(
  join(here, 'tokens.css'),
  `/* Made by tokens.mjs from @fluentui/tokens (MIT, Microsoft). Do not edit. */\n` +
    block(':root', light, shared) +
    block(':root, :root[data-theme="light"]', light, different) +
    block(':root[data-theme="dark"]', dark, different) +
    block(':root[data-theme="high-contrast"]', contrast, different) +
    `@media (forced-colors: active) {\n  :root,\n  :root[data-theme] {\n${forced.map((name) => `    --${name}: ${system(name)};`).join('\n')}\n  }\n}\n`,
);
console.log(`${names.length} tokens`);
