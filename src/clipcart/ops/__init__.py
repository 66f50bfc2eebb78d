"""Ops: the operator's pages and the command line.

Owns      nothing; it shows and drives what the rooms own
Calls     every room, and the composition root for its commands
Tells     nothing
Promises  what a command or page changes is announced with the operator's name.
"""
