// The script of every page beside the demo: the search, and what keyboards and narrow windows need.

import icon from "../src/icon.svg";
import "./site.css";
import { Search } from "./search.js";

// The build reads the icon's name from its manifest, where it is only if a script uses it.
void icon;

const NARROW = "(max-width: 61.99rem)";

/** The list of pages starts collapsed where it would push the text off the screen. */
function foldPages(): void {
  const pages = document.querySelector<HTMLDetailsElement>("#pages");
  if (!pages) return;
  const narrow = matchMedia(NARROW);
  const fold = (): void => { pages.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  const here = pages.querySelector<HTMLElement>("[aria-current]");
  const rail = pages.closest<HTMLElement>(".rail");
  if (here && rail && !narrow.matches) rail.scrollTop = here.offsetTop - rail.clientHeight / 3;
}

/** Only what really scrolls takes part in the order of the Tab key. */
function focusWhatScrolls(): void {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".prose pre, .prose .scroll")) watch.observe(box);
}

foldPages();
focusWhatScrolls();
new Search().listen();
