import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { toHtml } from "../src/editor/html";

describe("the HTML of copied contents", () => {
  it("says what the formats say", () => {
    const contents = new Delta()
      .insert("Title")
      .insert("\n", { header: 2 })
      .insert("see ")
      .insert("this", { bold: true, link: "https://example.org/" })
      .insert("\n");
    expect(toHtml(contents)).toBe('<h2>Title</h2><p>see <a href="https://example.org/"><strong>this</strong></a></p>');
  });

  it("nests lists by their indent", () => {
    const contents = new Delta()
      .insert("one")
      .insert("\n", { list: "bullet" })
      .insert("two")
      .insert("\n", { list: "bullet", indent: 1 })
      .insert("three")
      .insert("\n", { list: "ordered" });
    expect(toHtml(contents)).toBe("<ul><li>one<ul><li>two</li></ul></li></ul><ol><li>three</li></ol>");
  });

  it("keeps lines of code in one block", () => {
    const contents = new Delta()
      .insert("a")
      .insert("\n", { "code-block": true })
      .insert("<b>")
      .insert("\n", { "code-block": true });
    expect(toHtml(contents)).toBe("<pre>a\n&lt;b&gt;</pre>");
  });

  it.each([
    [{ link: "javascript:alert(1)" }, "javascript:"],
    [{ link: 'https://x.org/" onmouseover="alert(1)' }, 'onmouseover="'],
    [{ color: "red;background:url(//x)" }, "url"],
    [{ "code-block": '"><script>' }, "<script"],
    [{ header: "1><script>" }, "script"],
  ])("lets %j through nowhere", (attributes, never) => {
    const html = toHtml(new Delta().insert("<img src=x onerror=alert(1)>", attributes).insert("\n", attributes));
    expect(html).not.toContain(never);
    expect(html).not.toContain("<img");
  });
});
