// Creates the page's elements. Text always becomes text nodes, so that nothing in a response can become markup. Inline
// styles and scripts are never needed.

export type Child = Node | string | number | null | undefined | false;

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

export interface Props {
  readonly on?: Listeners;
  readonly [attribute: string]: string | number | boolean | undefined | Listeners;
}

/** Creates an HTML element. `true` sets an empty attribute; `false` and `undefined` omit the attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...present(children));
  return element;
}

function setProp(element: HTMLElement, name: string, value: Props[string]): void {
  if (value === undefined || value === false) return;
  if (typeof value === "object") {
    for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener as EventListener);
    return;
  }
  element.setAttribute(name, value === true ? "" : String(value));
}

function present(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "number" ? String(child) : (child as Node | string)));
}

/** Replaces the children of an element. */
export function show(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...present(children));
}

const SVG = "http://www.w3.org/2000/svg";

/** A decorative icon made of one path on a 24 by 24 grid. It inherits the text colour. */
export function glyph(path: string, className = "glyph"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** The element with this id in index.html. */
export function slot(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html lacks #${id}`);
  return element;
}
