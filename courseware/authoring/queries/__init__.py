"""Reads of authoring, each with a fixed number of SQL queries.

questions   the list of a draft's questions, and one question open for editing
states      where an edition stands and what comes next
contents    everything an edition holds, read at once
findings    what stands in the way of a draft
impact      what publishing it does to people, in numbers
translations  what waits for a translator
"""
