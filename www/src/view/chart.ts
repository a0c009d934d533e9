// A live chart of accounts per network: bars drawn by uPlot, with the networks' marks and the numbers below them as text. uPlot is loaded
// when the first numbers arrive, or before. If it does not load, only the text is shown: uPlot needs a valid language tag as the browser's language,
// and that of WebKitGTK may be "C".

import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { h, show } from "../dom.js";
import { PLATFORMS } from "../network-names.js";
import { markOf, networkOf } from "../networks.js";
import { texts } from "../texts.js";

const HEIGHT = 150;

export class NetworkChart {
  readonly #plotBox = h("div", { class: "chart-plot", "aria-hidden": "true" });
  readonly #labels = h("ul", { class: "chart-labels", role: "list" });
  readonly element = h("figure", { class: "chart", "data-testid": "chart" }, h("figcaption", {}, texts.all.chart), this.#plotBox, this.#labels);
  #uPlot: typeof uPlot | undefined;
  #plot: uPlot | undefined;
  #loading: Promise<void> | undefined;
  #data: uPlot.AlignedData = [[], []];
  #platforms: readonly string[] = [];
  readonly #values = new Map<string, HTMLElement>();

  constructor() {
    new ResizeObserver(() => { this.#plot?.setSize({ width: this.#plotBox.clientWidth, height: HEIGHT }); }).observe(this.#plotBox);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#replot();
    });
  }

  /** Loads uPlot before the first numbers arrive. */
  warm(): void {
    this.#loading ??= import("uplot").then(({ default: loaded }) => {
      this.#uPlot = loaded;
      this.#replot();
    }, () => { this.#plotBox.hidden = true; });
  }

  update(networks: readonly (readonly [network: string, accounts: number])[]): void {
    this.element.hidden = false;
    const counts = new Map(networks);
    const platforms = [...new Set([...PLATFORMS, ...counts.keys()])];
    this.warm();
    if (platforms.length !== this.#platforms.length) this.#rebuild(platforms);
    for (const [platform, value] of this.#values) {
      const accounts = counts.get(platform) ?? 0;
      value.textContent = texts.all.compact(accounts);
      value.dataset["accounts"] = String(accounts);
    }
    this.#data = [platforms.map((_, index) => index), platforms.map((platform) => counts.get(platform) ?? 0)];
    this.#plot?.setData(this.#data);
  }

  #rebuild(platforms: readonly string[]): void {
    this.#platforms = platforms;
    this.#values.clear();
    this.#labels.style.setProperty("--columns", String(platforms.length));
    show(this.#labels, ...platforms.map((platform) => {
      const value = h("span", { class: "chart-value", "data-network": platform });
      this.#values.set(platform, value);
      return h("li", { title: networkOf(platform).name }, markOf(platform), h("span", { class: "hidden" }, networkOf(platform).name), value);
    }));
    this.#replot();
  }

  #replot(): void {
    if (!this.#uPlot || this.#platforms.length === 0) return;
    this.#plot?.destroy();
    this.#plot = new this.#uPlot(options(this.#uPlot, this.#platforms, this.#plotBox.clientWidth), this.#data, this.#plotBox);
  }
}

function options({ paths: { bars } }: typeof uPlot, platforms: readonly string[], width: number): uPlot.Options {
  const nothing = { show: false, size: 0 };
  const ink = getComputedStyle(document.documentElement).color;
  // Black brands use the page's text colour, which is visible in light and dark mode. Read once, because reading it forces a layout.
  const brands = platforms.map((platform) => (networkOf(platform).color === "#000000" ? ink : networkOf(platform).color));
  const colors = (): string[] => brands;
  return {
    width, height: HEIGHT, padding: [6, 0, 0, 0],
    legend: { show: false }, cursor: { show: false },
    axes: [nothing, nothing],
    scales: { x: { time: false, range: [-0.5, platforms.length - 0.5] }, y: { range: (_, _min, max) => [0, Math.max(1, max)] } },
    series: [{}, {
      points: { show: false },
      ...(bars && { paths: bars({ size: [0.62, 44], radius: 0.12, disp: { fill: { unit: 3, values: colors }, stroke: { unit: 3, values: colors } } }) }),
      fill: "#000",
    }],
  };
}
