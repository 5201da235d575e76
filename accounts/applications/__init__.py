"""Other people's programs that may act for someone here: OAuth 2 and OpenID Connect, by allauth's provider."""
