"""Open API: programs of sellers, creators and app developers, by the contract they know.

Owns      schema `open_api`: answers kept by idempotency key
Calls     apps and, group by group, the rooms that know the answer
Tells     nothing
Promises  what is answered fits the contract; what a room does not know is absent, never invented.
"""
