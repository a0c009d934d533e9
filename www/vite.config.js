// The page as plain files with relative addresses, so that any static host can serve them from any path.

import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  build: {
    target: "es2022",
    // A data: address would need a wider content security policy; small files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
