"""`make bench`: pages of the product against the floor, as ratios. Never part of the tests.

The floor is the least a Django page can cost on the same machine: the same server, database,
session and user, and a template of 25 kB. Absolute times differ from machine to machine and from
hour to hour; the ratio of two things measured in turns does not.
"""
