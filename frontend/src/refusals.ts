import { gettext, interpolate } from "./gettext";

/** What a code of the server's error table means to a person, as a sentence; undefined where the server says it well. */
export function sentenceOf(code: string): string | undefined {
  const sentences: Record<string, string> = {
    unauthenticated: gettext("You are logged out. Log in again to go on."),
    forbidden: gettext("You may not do this."),
    not_found: gettext("There is no such document, or it is not shared with you."),
    no_such_person: gettext("Nobody with this e-mail address has an account here."),
    last_owner: gettext("A document keeps its owner until they hand it on to someone."),
    invalid_field: gettext("This cannot be used. Check what you typed."),
    document_frozen: gettext("The document is frozen."),
    document_damaged: gettext("The document did not pass its integrity check. An administrator has been told."),
    document_trashed: gettext("The document is in the trash."),
    history_gone: gettext("The history there is no longer kept."),
    nothing_left: gettext("Nothing of that change is left in the document to take back."),
    unreadable_file: gettext(
      "This file cannot be read: it is damaged, protected, or of another kind than its name says.",
    ),
    file_too_costly: gettext("This file is too large or too involved to be read."),
    too_large: gettext("This is larger than the server takes at once."),
    document_too_large: gettext("The document would become too large."),
    quota_exceeded: gettext("Your documents take all the space that you have here. Empty the trash, or delete some."),
    rate_limited: gettext("Too much at once. Try again in a moment."),
    internal: gettext("Something went wrong on the server. Try again."),
  };
  return sentences[code];
}

/** Why a change is not in the document, as the end of a sentence that goes “…, because”. */
export function clauseOf(code: string): string {
  const clauses: Record<string, string> = {
    not_allowed: gettext("you may not edit this document"),
    forbidden: gettext("you may not edit this document"),
    unauthenticated: gettext("you are logged out"),
    document_frozen: gettext("the document is frozen"),
    document_trashed: gettext("the document is in the trash"),
    document_too_large: gettext("the document would become too large"),
    too_large: gettext("it is larger than the server takes at once"),
    format_not_allowed: gettext("it holds a format that documents here cannot hold"),
    beyond_end: gettext("it was made on a text that was not the document’s"),
    history_gone: gettext("the server no longer keeps the history that it was made on"),
    history_changed: gettext("the document was restored from another copy"),
  };
  return clauses[code] ?? interpolate(gettext("the server could not take it (%(code)s)"), { code });
}
