"""The account: signing up and in, addresses, sessions, API tokens, staff mode, invitations."""
