// The page of the OpenAPI description, shown by Swagger UI without what only an API console needs.

import "./site.js";
import "./api.css";
import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-es-bundle.js";
import type { ListedContentTypes, System } from "./swagger.js";

/** Only operations and schemas: title and introduction are in the page, and there is no request to send. */
const reader = ({ React: { createElement: h } }: System): object => ({
  components: {
    Reader: ({ getComponent }: System) =>
      h("div", { className: "swagger-ui" }, h("h2", {}, "Operations"), h(getComponent("operations", true), {}), h(getComponent("Models", true), {})),
    // Fields of a form that is never sent.
    JsonSchemaForm: () => null,
    contentType: ({ contentTypes }: ListedContentTypes) => h("code", {}, contentTypes?.first() ?? ""),
    authorizeOperationBtn: () => null,
  },
});

/**
 * What keyboards and screen readers stumble over in Swagger UI's markup: tables that are landmarks without a name, a skipped heading level, a list
 * without a label, and samples that scroll but cannot be focused.
 */
function mendMarkup(viewer: HTMLElement): void {
  for (const table of viewer.querySelectorAll(".responses-table[role]")) table.removeAttribute("role");
  for (const sample of viewer.querySelectorAll("pre.microlight:not([tabindex])")) sample.setAttribute("tabindex", "0");
  for (const list of viewer.querySelectorAll("select.examples-select-element:not([aria-label])")) list.setAttribute("aria-label", "Example");
  for (const heading of viewer.querySelectorAll(".models > h4:not([role])")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", "2");
  }
}

/** Follows the hash to an operation or to the schemas, which are only there once they are rendered. */
function showTarget(viewer: HTMLElement): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id.startsWith("schema-") ? viewer.querySelector(".models") : document.getElementById(id);
  if (!target || !viewer.contains(target)) return;
  for (const control of target.querySelectorAll<HTMLElement>(":scope > .opblock-summary [aria-expanded=false], :scope > h4 [aria-expanded=false]")) control.click();
  target.scrollIntoView();
}

const viewer = document.querySelector<HTMLElement>("#viewer");
if (viewer) {
  new MutationObserver(() => { mendMarkup(viewer); }).observe(viewer, { childList: true, subtree: true });
  SwaggerUIBundle({
    domNode: viewer,
    url: viewer.dataset["description"],
    plugins: [reader],
    layout: "Reader",
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: [],
    showExtensions: true,
    syntaxHighlight: { activated: false },
    onComplete: () => { showTarget(viewer); },
  });
  addEventListener("hashchange", () => { showTarget(viewer); });
}
