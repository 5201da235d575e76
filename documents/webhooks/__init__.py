"""Webhooks: what happens to a document is sent to an address that someone who may read it has named.

As Standard Webhooks has it (https://www.standardwebhooks.com): signed, at least once, in order for each webhook. What
is still to be sent is what the document's events hold after the webhook's position; no other outbox could be lost.
"""
