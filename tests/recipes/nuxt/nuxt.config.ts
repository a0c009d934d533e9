export default defineNuxtConfig({
  compatibilityDate: "2026-04-01",
  app: { head: { title: "Accounts", htmlAttrs: { lang: "en" }, link: [{ rel: "icon", href: "data:," }] } },
  hooks: {
    // Nuxt prefetches every .wasm on every page, even those that a page never needs.
    "build:manifest": (files) => {
      for (const file of Object.values(files)) if (file.file?.endsWith(".wasm")) file.prefetch = false;
    },
  },
});
