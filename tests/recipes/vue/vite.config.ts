import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// While you develop, Vite passes /ayrshare on to your gateway. In production, both have one origin.
const gateway = process.env.AYRSHARE_GATEWAY ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [vue()],
  server: { proxy: { "/ayrshare": gateway } },
});
