import { index, route, type RouteConfig } from "@react-router/dev/routes";

export default [
  index("routes/accounts.tsx"),
  route("client", "routes/client.tsx"),
  route("ayrshare/*", "routes/gateway.ts"),
] satisfies RouteConfig;
