"""Web: pages for people. Each door beneath has its routes, its pages and its templates."""
