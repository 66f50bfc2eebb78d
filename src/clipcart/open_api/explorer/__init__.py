"""Pages of the Partner Center that need the contract: explorer and limits of one's own app."""
