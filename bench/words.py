"""Titles, descriptions and searches as people write them, decided by dice with a seed."""

from random import Random

QUALITIES = [
    "Small",
    "Large",
    "Handmade",
    "Folding",
    "Striped",
    "Quilted",
    "Brushed",
    "Glazed",
    "Woven",
    "Recycled",
    "Organic",
    "Matte",
    "Double",
    "Waxed",
    "Ribbed",
    "Natural",
    "Vintage",
    "Modern",
    "Soft",
    "Heavy",
]
MATERIALS = [
    "Stoneware",
    "Linen",
    "Oak",
    "Brass",
    "Cotton",
    "Wool",
    "Leather",
    "Glass",
    "Steel",
    "Bamboo",
    "Walnut",
    "Silk",
    "Cork",
    "Marble",
    "Canvas",
    "Copper",
    "Felt",
    "Denim",
    "Enamel",
    "Cedar",
]
THINGS = {
    "Home & Garden > Kitchen & Dining > Tableware > Coffee Servers & Teapots > Teapots": "Teapot",
    "Home & Garden > Kitchen & Dining > Tableware > Drinkware > Mugs": "Mug",
    "Hardware > Tools > Cutters > Utility Knives > Fixed Blade Knives": "Knife",
    "Home & Garden > Kitchen & Dining > Kitchen Tools & Utensils > Cutting Boards": "Board",
    "Home & Garden > Lighting > Lamps > Table Lamps": "Lamp",
    "Home & Garden > Decor > Throw Pillows": "Cushion",
    "Home & Garden > Decor > Vases": "Vase",
    "Home & Garden > Linens & Bedding > Towels > Bath Towels & Washcloths > Bath Towels": "Towel",
    "Apparel & Accessories > Clothing > Clothing Tops > Shirts": "Shirt",
    "Apparel & Accessories > Clothing > Clothing Tops > Sweaters": "Sweater",
    "Apparel & Accessories > Clothing Accessories > Scarves & Shawls": "Scarf",
    "Apparel & Accessories > Clothing Accessories > Belts": "Belt",
    "Luggage & Bags > Backpacks > School Backpacks": "Backpack",
    "Luggage & Bags > Tote Bags": "Tote",
    "Luggage & Bags > Duffel Bags > Gym Duffel Bags": "Weekender",
    "Office Supplies > General Office Supplies > Paper Products > Stationery": "Notebook",
    "Office Supplies > Filing & Organization > Pen & Pencil Cases": "Pen",
    "Home & Garden > Linens & Bedding > Bedding > Blankets": "Blanket",
    "Home & Garden > Kitchen & Dining > Food & Beverage Carriers > Flasks": "Flask",
    "Toys & Games > Puzzles > Wooden & Pegged Puzzles": "Puzzle",
}
"""Categories by path, and what is sold there."""

CATEGORIES = tuple(THINGS)
SIZES = ("Small", "Medium", "Large")
SENTENCES = (
    "Made in small batches, so that no two are quite alike.",
    "Packed without plastic, in a box that is made to be used again.",
    "Wash by hand and let it dry in the open; it lasts longer that way.",
    "The finish is smooth to the touch and does not mind a knock.",
    "We have used ours every day for years and would not part with it.",
    "Comes with a card that says who made it and when.",
    "Sturdy enough for travel, and light enough to be carried all day.",
    "A gift for somebody who has everything, and a good one for yourself.",
)


def title(dice: Random, path: str) -> str:
    """A title of a product in a category."""
    return f"{dice.choice(QUALITIES)} {dice.choice(MATERIALS)} {THINGS[path]}"


def description(dice: Random) -> str:
    """Two paragraphs of HTML."""
    first, second = dice.sample(SENTENCES, 3), dice.sample(SENTENCES, 2)
    return f"<p>{' '.join(first)}</p><p>{' '.join(second)}</p>"


def searches(dice: Random, count: int) -> list[str]:
    """What people type: half of it one word, half of it two; some do not finish the last."""
    found = []
    for _ in range(count):
        thing = dice.choice(list(THINGS.values())).lower()
        other = dice.choice((QUALITIES, MATERIALS))
        word = dice.choice(other).lower()
        text = dice.choice((thing, word, f"{word} {thing}", f"{word} {thing}"))
        if dice.random() < 0.2 and len(text) > 5:
            text = text[:-1]
        found.append(text)
    return found
