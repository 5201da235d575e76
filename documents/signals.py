"""What happened to a document, told after the transaction that did it; the live server listens."""

from django.dispatch import Signal

# document_id, base_version, version: the revisions after base_version up to version were committed.
revision_committed = Signal(use_caching=True)
# document_id, user_id (str; None: everyone's): what people may do in the document changed. With everyone's comes
# `had` (user ids): who may have lost it, and is not to be found there any more.
access_changed = Signal()
# document_id: it was made, its title or state changed, or it is gone.
document_changed = Signal()
# document_id: something is kept of what happened to it (documents.events).
event_recorded = Signal()
# user_id (str): what someone keeps where, for themselves alone, changed.
shelf_changed = Signal()
