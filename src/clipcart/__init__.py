"""clipcart: social commerce that a city, an association or a start-up runs for itself."""
