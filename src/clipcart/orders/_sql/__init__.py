"""Every statement of the room: what changes orders, what is due, what only reads."""
