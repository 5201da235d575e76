/** The Delta that this client's users share with it, typed alike for bundlers and for Node's own way with CommonJS packages. */
import quillDelta from "quill-delta";

type Package = typeof import("quill-delta", { with: { "resolution-mode": "require" }});

export type { Op } from "quill-delta";
export type Delta = InstanceType<Package["default"]>;
export const Delta: Package["default"] = quillDelta as unknown as Package["default"];
