"""OAuth 2 (A-12): how applications get tokens. The protocol is Authlib's; what is granted and checked stands here."""
