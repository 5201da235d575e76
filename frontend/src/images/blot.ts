import { Delta } from "@deltapad/client";
import type Quill from "quill/core";
import Image from "quill/formats/image";
import { imageAddress, imageAt } from "./address";

/** An image of the document, which the text names by its id. */
export class DocumentImage extends Image {
  static override create(id: string): Element {
    // biome-ignore lint/complexity/noThisInStatic: what is made depends on the class that is asked
    const node = super.create("") as HTMLImageElement;
    node.src = imageAddress(id);
    node.alt = "";
    return node;
  }

  /** Null for an image from elsewhere: it is none of the document's. */
  static override value(node: Element): string | null {
    return imageAt(node.getAttribute("src"));
  }

  static override formats(node: Element): Record<string, string | null> {
    const alt = node.getAttribute("alt");
    return alt ? { alt } : {};
  }

  override format(name: string, value: string): void {
    if (name === "alt") this.domNode.setAttribute("alt", value || "");
    else if (name !== "width" && name !== "height") super.format(name, value);
  }
}

/** An image from elsewhere leaves its words. */
export function pastedImage(node: Node, contents: Delta): Delta {
  const image = node as HTMLImageElement;
  return imageAt(image.getAttribute("src")) ? contents : new Delta().insert(image.getAttribute("alt") ?? "");
}

/** Has a click on an image select it. */
export function selectByClick(quill: Quill): void {
  quill.root.addEventListener("click", ({ target }) => {
    const image = target instanceof HTMLImageElement && quill.scroll.find(target);
    if (image) quill.setSelection(quill.getIndex(image as DocumentImage), 1, "user");
  });
}
