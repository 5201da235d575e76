const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const WHOLE_ID = new RegExp(`^${ID}$`, "u");
const IN_A_DOCUMENT = new RegExp(`^/documents/(${ID})/images/(${ID})$`, "u");
const OF_A_DOCUMENT = new RegExp(`^/documents/${ID}`, "u");

const HELD = /^data:(image\/[a-z]+);base64,([a-z0-9+/=\s]+)$/iu;

/** The longest description of an image, in characters. */
export const MAX_ALT = 1000;

/** The kinds of images that the server takes. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export function isImageId(value: unknown): value is string {
  return typeof value === "string" && WHOLE_ID.test(value);
}

/** Where an image of this page's document is. */
export function imageAddress(id: string): string {
  const [path = ""] = OF_A_DOCUMENT.exec(window.location.pathname) ?? [];
  return new URL(`${path}/images/${id}`, window.location.origin).href;
}

/** An image of a document, which need not be this page's. */
export interface ImageOfDocument {
  readonly document_id: string;
  readonly image_id: string;
}

/** The image of another document of this site that is at an address, or null. */
export function imageElsewhere(address: string): ImageOfDocument | null {
  if (!URL.canParse(address, window.location.origin)) return null;
  const { origin, pathname } = new URL(address, window.location.origin);
  const [, document_id, image_id] = IN_A_DOCUMENT.exec(pathname) ?? [];
  const isOurs = origin === window.location.origin && imageAt(address) === null;
  return isOurs && document_id && image_id ? { document_id, image_id } : null;
}

/** The image that an address holds, or null. */
export function heldImage(address: string): File | null {
  const [, type = "", data = ""] = HELD.exec(address) ?? [];
  if (!IMAGE_TYPES.includes(type)) return null;
  try {
    return new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], "image", { type });
  } catch {
    return null;
  }
}

/** The id of the image of this page's document that is at an address, or null. */
export function imageAt(address: string | null): string | null {
  const id = address?.split("/").at(-1);
  return isImageId(id) && imageAddress(id) === address ? id : null;
}

/** Whether HTML shows images that could become the document's, and are not yet. */
export function showsOthers(html: string): boolean {
  const { images } = new DOMParser().parseFromString(html, "text/html");
  return [...images].some(({ src }) => imageElsewhere(src) !== null || heldImage(src) !== null);
}
