"""Every group of operations; importing one registers its handlers."""

from clipcart.open_api import authorization, event, product, seller

GROUPS = (authorization, event, product, seller)
