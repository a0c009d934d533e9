// Files that are dropped anywhere on the page. Without this, the browser would leave the page and show the file.

export interface DropActions {
  /** `zone` is the `data-drop` of the element below the pointer, if it has one. */
  readonly dropped: (files: readonly File[], zone: string | undefined) => void;
  /** A folder, which has no content of its own. */
  readonly folder: () => void;
}

export function acceptDrops({ dropped, folder }: DropActions): void {
  const root = document.documentElement;
  const stop = (): void => { delete root.dataset["dragging"]; };
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    root.dataset["dragging"] = "";
  });
  // Without a related target, the pointer has left the window.
  addEventListener("dragleave", ({ relatedTarget }) => { if (relatedTarget === null) stop(); });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    stop();
    const { files, items } = event.dataTransfer;
    if ([...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory)) folder();
    else if (files.length > 0) dropped([...files], (event.target as Element).closest<HTMLElement>("[data-drop]")?.dataset["drop"]);
  });
}

const hasFiles = ({ items }: DataTransfer): boolean => [...items].some(({ kind }) => kind === "file");
