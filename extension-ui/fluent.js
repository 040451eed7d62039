// The Fluent UI web components that the pages use; esbuild makes one file of them. Tokens stand in style/tokens.css.
// Fields, choices, tabs and bars are native elements in Fluent's look: labels and descriptions reach no control inside
// another's shadow root.
import "@fluentui/web-components/button.js";
