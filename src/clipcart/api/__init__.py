"""Api: JSON for buyers' apps: catalogue, search, cart, checkout, orders.

Owns      nothing; schemas belong to this door and are mapped by hand to the rooms' classes
Calls     checkout, orders, catalog, identity, payments
Tells     nothing
Promises  what the OpenAPI document says is what is answered; every POST takes an Idempotency-Key.
"""
