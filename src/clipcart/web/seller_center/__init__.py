"""The Seller Center: setting up a shop, its products, its orders, its money, as HTML for sellers."""
