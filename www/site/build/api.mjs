// The page of the OpenAPI description: its introduction, for readers and search; api.ts shows the rest with Swagger UI.
import { h } from "hastscript";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** The operations of a description, each with the id that Swagger UI gives to its element. */
export function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const { operationId, tags: [tag] = ["default"], summary, description, parameters = [] } = item[method];
      return { id: `operations-${tag}-${operationId}`.replaceAll(/\s+/g, "_"), path, method: method.toUpperCase(), summary, description, parameters };
    }),
  );
}

const words = (...parts) => parts.filter(Boolean).join(" ").replaceAll(/[`*]/g, "").replaceAll(/\s+/g, " ");

/** What search finds: the introduction, the operations and the schemas. */
export function apiSections(description) {
  const { info, components: { schemas = {} } = {} } = description;
  return [
    { text: words(info.description) },
    ...operationsOf(description).map(({ id, method, path, summary, description: text, parameters }) => ({
      id,
      heading: `${method} ${path}`,
      text: words(summary, text, ...parameters.map(({ name, description: about }) => words(name, about))),
    })),
    ...Object.entries(schemas).map(([name, { description: text, properties = {} }]) => ({ id: `schema-${name}`, heading: `Schema ${name}`, text: words(text, Object.keys(properties).join(" ")) })),
  ];
}

/** `introduction` is the rendered description of the API. */
export function apiBody({ openapi }, introduction) {
  return [
    ...introduction,
    h("p", [`The description in OpenAPI ${openapi}: `, h("a", { href: "./openapi.json", download: "openapi.json" }, "openapi.json"), "."]),
    h("noscript", h("p", "The list of operations needs JavaScript; the file above has the same.")),
    h("div", { id: "viewer", "data-description": "./openapi.json" }),
  ];
}
