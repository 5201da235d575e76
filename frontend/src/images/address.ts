const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const WHOLE_ID = new RegExp(`^${ID}$`, "u");
const OF_A_DOCUMENT = new RegExp(`^/documents/${ID}`, "u");

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

/** The id of the image of this page's document that is at an address, or null. */
export function imageAt(address: string | null): string | null {
  const id = address?.split("/").at(-1);
  return isImageId(id) && imageAddress(id) === address ? id : null;
}
