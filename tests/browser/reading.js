/* What the screen shows, read from the page and not from the editor, in forms that are equal where the screens are. */

(() => {
  const lines = () => [
    ...document
      .querySelector(".ql-editor")
      .querySelectorAll("p, h1, h2, h3, h4, h5, h6, li, blockquote, .ql-code-block, .table-line"),
  ];

  /* The runs of a line as [text, formats]. The editor's own marks, for lists and for its caret, are no text. */
  function runs(line) {
    const found = [];
    const walk = (node, formats) => {
      if (node.nodeType === Node.TEXT_NODE) {
        const text = node.data.replaceAll("\ufeff", "");
        const key = [...formats].sort().join(" ");
        if (found.at(-1)?.[1] === key) found.at(-1)[0] += text;
        else if (text) found.push([text, key]);
        return;
      }
      if (node.classList?.contains("ql-ui")) return;
      const own =
        node === line || node.matches(".ql-cursor, br") ? [] : [`${node.localName}${node.getAttribute("style") ?? ""}`];
      for (const child of node.childNodes) walk(child, new Set([...formats, ...own]));
    };
    walk(line, new Set());
    return found;
  }

  const text = () =>
    lines()
      .map((line) =>
        runs(line)
          .map(([run]) => run)
          .join(""),
      )
      .join("\n");

  const formats = () =>
    JSON.stringify(
      lines().map((line) => [line.localName, line.dataset.list ?? line.dataset.cell ?? "", line.className, runs(line)]),
    );

  return { text, formats };
})();
