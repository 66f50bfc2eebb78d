"""The contract for people: fields in words, examples, a page for each operation."""
