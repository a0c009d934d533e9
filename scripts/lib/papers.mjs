// README.md as the package's page at npm shows it. There, a relative link leads nowhere.

/** Where a file of the repository is, at the tag of this version; `undefined` if the manifest names no repository. */
function places({ repository, version }) {
  if (repository === undefined) return undefined;
  const page = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  return { file: (path) => `${page}/blob/v${version}/${path}`, picture: (path) => `${page}/raw/v${version}/${path}` };
}

const isRelative = (link) => !/^(?:[a-z]+:|#|\/\/)/i.test(link);

/**
 * Links to files of the repository become absolute. The release workflow names the repository, because only there its URL is known; without one,
 * such links become plain text, and pictures are left out with the line in italics below them.
 */
export function forRegistry(markdown, manifest) {
  const place = places(manifest);
  const rewrite = (text) =>
    text
      .replaceAll(/<picture>[^]*?<\/picture>\n+\*.+\*\n*/g, (picture) =>
        place ? picture.replaceAll(/(src|srcset)="([^"]+)"/g, (whole, name, path) => (isRelative(path) ? `${name}="${place.picture(path)}"` : whole)) : "",
      )
      .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (whole, text, link) => {
        if (!isRelative(link)) return whole;
        return place ? `[${text}](${place.file(link)})` : text;
      });
  // Code stays as it is.
  return markdown.split(/(^```[^]*?^```$)/m).map((part, index) => (index % 2 === 0 ? rewrite(part) : part)).join("");
}
