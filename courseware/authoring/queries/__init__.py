"""Reads of authoring, each with a fixed number of SQL queries.

questions   the list of a draft's questions, and one question open for editing
editions    the courses somebody writes or reviews, their editions, what is in one
states      where an edition stands and what comes next
contents    everything an edition holds, read at once
changes     what a draft changes against the edition it follows
findings    what stands in the way of a draft
impact      what publishing it does to people, in numbers
translations  what waits for a translator
"""
