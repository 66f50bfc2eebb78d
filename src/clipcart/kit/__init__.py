"""Kit: what every room stands on. Import its modules, not this package.

Owns      schema `kit`: events, jobs, the clock's offset
Calls     nobody
Tells     nothing
Promises  it knows no domain; a fact and a job exist exactly if the transaction that made them did.
"""
