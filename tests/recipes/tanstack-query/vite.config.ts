import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// While you develop, Vite passes /ayrshare on to your gateway. In production, both have one origin.
const gateway = process.env.AYRSHARE_GATEWAY ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/ayrshare": gateway } },
});
