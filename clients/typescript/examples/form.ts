/** A form's field, bound to a document: everyone who has the page open writes into one text. */
import { DocumentClient } from "@deltapad/client";
import { bindField } from "@deltapad/client/field";

const field = document.querySelector("textarea") as HTMLTextAreaElement;
const client = new DocumentClient({ url: field.dataset.url as string });
bindField(client, field);
client.on("save", ({ kind }) => {
  field.title = kind;
});
await client.connect();
