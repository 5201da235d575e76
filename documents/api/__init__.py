"""The REST API: what the socket can do but for presence, for programs that come and go."""

from accounts.agents_api import router as agents
from accounts.api import router as tokens
from accounts.api_auth import BearerAuth, SessionAuth
from accounts.applications.api import router as applications
from documents.api.access_requests import router as access_requests
from documents.api.archives import router as archives
from documents.api.contents import router as contents
from documents.api.copies import router as copies
from documents.api.document_groups import router as document_groups
from documents.api.documents import router as documents
from documents.api.events import router as events
from documents.api.files import router as files
from documents.api.folders import placements
from documents.api.folders import router as folders
from documents.api.groups import router as groups
from documents.api.images import router as images
from documents.api.invitations import router as invitations
from documents.api.links import joining
from documents.api.links import router as links
from documents.api.me import router as me
from documents.api.members import router as members
from documents.api.past import router as past
from documents.api.people import router as people
from documents.api.problems import ProblemApi
from documents.api.publication import router as publication
from documents.api.retention import router as retention
from documents.api.revisions import router as revisions
from documents.api.search import router as search
from documents.api.stars import router as stars
from documents.api.tickets import router as tickets
from documents.api.versions import router as versions
from documents.api.webhooks import in_document as webhooks_in_document
from documents.api.webhooks import router as webhooks

api = ProblemApi(
    title="Deltapad",
    version="1",
    description="Come in by `Authorization: Bearer` and a token, of the account page or "
    "[another way](/protocol/getting-in/). Every refusal is `application/problem+json` with a "
    "[`code`](/protocol/errors/). Lengths count UTF-16 code units.",
    auth=[BearerAuth(), SessionAuth()],
)
api.add_router("/v1", files)
api.add_router("/v1", archives)
api.add_router("/v1", copies)
api.add_router("/v1/documents", documents)
api.add_router("/v1/documents/{uuid:document_id}/revisions", revisions)
api.add_router("/v1/documents/{uuid:document_id}", past)
api.add_router("/v1/documents/{uuid:document_id}/versions", versions)
api.add_router("/v1/documents/{uuid:document_id}/events", events)
api.add_router("/v1/documents/{uuid:document_id}/webhooks", webhooks_in_document)
api.add_router("/v1/webhooks", webhooks)
api.add_router("/v1/documents/{uuid:document_id}/images", images)
api.add_router("/v1/documents/{uuid:document_id}", contents)
api.add_router("/v1/documents/{uuid:document_id}/members", members)
api.add_router("/v1/documents/{uuid:document_id}/links", links)
api.add_router("/v1/documents/{uuid:document_id}/invitations", invitations)
api.add_router("/v1/documents/{uuid:document_id}/access-requests", access_requests)
api.add_router("/v1/documents/{uuid:document_id}/publication", publication)
api.add_router("/v1/documents/{uuid:document_id}/retention", retention)
api.add_router("/v1/documents/{uuid:document_id}/groups", document_groups)
api.add_router("/v1/groups", groups)
api.add_router("/v1/documents/{uuid:document_id}/star", stars)
api.add_router("/v1/documents/{uuid:document_id}/folder", placements)
api.add_router("/v1/folders", folders)
api.add_router("/v1/join", joining)
api.add_router("/v1/search", search)
api.add_router("/v1/me", me)
api.add_router("/v1/people", people)
api.add_router("/v1/tokens", tokens)
api.add_router("/v1/agents", agents)
api.add_router("/v1/tickets", tickets)
api.add_router("/v1/applications", applications)
