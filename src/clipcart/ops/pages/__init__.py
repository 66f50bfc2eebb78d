"""Pages of the operator: what each shows, filled by asking the rooms."""
