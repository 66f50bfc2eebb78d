"""Consent: where people let apps act for them, and show them out.

Owns      nothing
Calls     apps, sellers, markets
Tells     nothing
Promises  nothing is let in without a button that was pressed by whoever may; scopes are in words.
"""
