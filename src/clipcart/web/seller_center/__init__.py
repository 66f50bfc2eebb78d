"""The Seller Center: setting up a shop, its products, orders and money, as HTML for sellers."""
