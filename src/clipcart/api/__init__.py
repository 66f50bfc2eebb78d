"""Api: JSON for buyers' apps: catalogue, search, cart, checkout, orders.

Owns      nothing; schemas belong to this door and are mapped by hand to the rooms' classes
Calls     checkout, orders, catalog, identity, payments; sandbox
Tells     nothing
Promises  the OpenAPI document is what is answered; changes by POST take an Idempotency-Key.
"""
