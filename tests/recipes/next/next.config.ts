import type { NextConfig } from "next";

const config: NextConfig = {
  // The package reads its .wasm from beside its code, so it must not become part of the server's bundle.
  serverExternalPackages: ["ayrshare-user"],
};

export default config;
