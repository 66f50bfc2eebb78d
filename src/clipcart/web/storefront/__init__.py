"""The storefront: looking, choosing, buying and following an order, as HTML for people."""
