"""Product pictures, drawn by our own code from a kind, a palette and a seed. No photographs."""
