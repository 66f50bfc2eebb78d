"""Banks: the robot that serves development, demo and tests."""
