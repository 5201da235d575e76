from django.urls import path

from accounts import agent_pages, group_pages, pages

app_name = "accounts"

urlpatterns = [
    path("profile/", pages.profile, name="profile"),
    path("groups/", group_pages.group_list, name="groups"),
    path("groups/<uuid:group_id>/members/", group_pages.put, name="group_put"),
    path("groups/<uuid:group_id>/members/<uuid:user_id>/remove/", group_pages.remove, name="group_remove"),
    path("groups/<uuid:group_id>/delete/", group_pages.delete, name="group_delete"),
    path("agents/", agent_pages.agent_list, name="agents"),
    path("agents/<uuid:agent_id>/", agent_pages.agent, name="agent"),
    path("agents/<uuid:agent_id>/end/", agent_pages.end, name="end_agent"),
    path("agents/<uuid:agent_id>/tokens/<int:token_id>/revoke/", agent_pages.revoke_token, name="revoke_agent_token"),
    path("tokens/", pages.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", pages.revoke_token, name="revoke_token"),
    path("sessions/<int:session_id>/end/", pages.end_session, name="end_session"),
    path("guest/end/", pages.end_guest, name="end_guest"),
]
