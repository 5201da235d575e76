from django.urls import path

from accounts import pages

app_name = "accounts"

urlpatterns = [
    path("profile/", pages.profile, name="profile"),
    path("tokens/", pages.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", pages.revoke_token, name="revoke_token"),
    path("sessions/<int:session_id>/end/", pages.end_session, name="end_session"),
    path("guest/end/", pages.end_guest, name="end_guest"),
]
